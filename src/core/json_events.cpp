#include "core/json_events.hpp"

#include <keratin/core/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <limits>

namespace keratin {
namespace {

using Json = nlohmann::ordered_json;
constexpr int max_depth = 64;
constexpr int overflow = 406;  ///< nlohmann's number for that

/// Walks over a text and lets others know how far it has come.
class Counting {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Counting(const char* at, const char** seen) : at_(at), seen_(seen) {}
    reference operator*() const { return *at_; }
    Counting& operator++() {
        *seen_ = ++at_;
        return *this;
    }
    friend bool operator==(const Counting& a, const Counting& b) { return a.at_ == b.at_; }

private:
    const char* at_;
    const char** seen_;
};

/// nlohmann's events as ours.
class Sax : public nlohmann::json_sax<Json> {
public:
    explicit Sax(JsonEvents& events) : events_(events) {}

    bool null() override { return events_.null(), true; }
    bool boolean(bool value) override { return events_.boolean(value), true; }
    bool number_integer(number_integer_t value) override { return events_.integer(value), true; }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(std::numeric_limits<int64_t>::max()))
            return events_.number(static_cast<double>(value)), true;
        return events_.integer(static_cast<int64_t>(value)), true;
    }
    bool number_float(number_float_t value, const string_t&) override { return events_.number(value), true; }
    bool string(string_t& value) override { return events_.string(std::move(value)), true; }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return deeper(), events_.begin_object(), true; }
    bool key(string_t& name) override { return events_.name(std::move(name)), true; }
    bool end_object() override { return --depth_, events_.end_object(), true; }
    bool start_array(std::size_t) override { return deeper(), events_.begin_list(), true; }
    bool end_array() override { return --depth_, events_.end_list(), true; }
    bool parse_error(std::size_t, const std::string& token,
                     const nlohmann::detail::exception& error) override {
        const std::string start = token.substr(0, 80);
        if (error.id == overflow) events_.refuse(fmt::format("the number {} is beyond float64", start));
        const bool python = token.ends_with('N') || token.ends_with('I');  // its json module writes these
        events_.refuse(fmt::format("the text is not JSON{}: unexpected \"{}\"",
                                   python ? ", which has neither NaN nor Infinity" : "", start));
    }

private:
    void deeper() {
        if (++depth_ > max_depth)
            events_.refuse(fmt::format("the JSON is nested deeper than {} levels", max_depth));
    }

    JsonEvents& events_;
    int depth_ = 0;
};

}  // namespace

void JsonEvents::refuse(const std::string& reason) const {
    const auto read = static_cast<uint64_t>(at_ - begin_);
    throw FormatError(*file_, first_ + (read == 0 ? 0 : read - 1), reason);
}

void parse_json(std::string_view text, const std::string& file, uint64_t first, JsonEvents& events) {
    events.file_ = &file;
    events.begin_ = events.at_ = text.data();
    events.first_ = first;
    Sax sax(events);
    Json::sax_parse(Counting(text.data(), &events.at_), Counting(text.data() + text.size(), &events.at_),
                    static_cast<nlohmann::json_sax<Json>*>(&sax));
}

std::string json_quoted(const std::string& text, const char* owner) {
    try {
        return Json(text).dump();
    } catch (const Json::exception&) {
        fail<ValueError>("{}: the text \"{}\" is not UTF-8", owner, text.substr(0, 80));
    }
}

}  // namespace keratin
