#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/one_or_more.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace keratin {

/// An integer as an int, such as an axis. Throws ValueError for one that does not fit.
int as_int(const Config& value);
/// as_int() of one value, or of each in a list.
std::vector<int> read_integers(const Config& node);

/// Reads the members of a class's config one by one, then refuses what is left, so that nothing in a file is
/// passed over in silence. Absent members and nulls take the default, as older and newer versions of Keras
/// write different ones.
class ConfigReader {
public:
    /// `config` may be null; `owner` begins every message.
    ConfigReader(const Config& config, std::string owner);

    /// The member, or nothing when it is absent or null.
    const Config* find(const char* key);
    const Config& require(const char* key);

    bool flag(const char* key, bool otherwise);
    int64_t integer(const char* key, int64_t otherwise);
    int small_integer(const char* key, int otherwise);  ///< as_int()
    double number(const char* key, double otherwise);
    std::string text(const char* key, std::string otherwise);
    /// A Word<..>.
    template <class W>
    W word(const char* key, const char* otherwise) {
        const std::string given = text(key, otherwise);
        return at(key, [&] { return W::named(given); });
    }
    /// Replaces the value by the member's; leaves it when the member is absent or null.
    void read(const char* key, bool& value) { value = flag(key, value); }
    void read(const char* key, double& value) { value = number(key, value); }
    void read(const char* key, int64_t& value) { value = integer(key, value); }
    void read(const char* key, int& value) { value = small_integer(key, value); }
    void read(const char* key, std::string& value) { value = text(key, std::move(value)); }
    void read(const char* key, std::optional<int64_t>& value);
    void read(const char* key, std::optional<double>& value);
    void read(const char* key, std::vector<int64_t>& value);
    void read(const char* key, std::vector<double>& value);
    void read(const char* key, std::vector<std::string>& value);
    void read(const char* key, OneOrMore<double>& value);  ///< a number or a list of them

    std::optional<uint64_t> seed(const char* key = "seed");  ///< a number, or a SeedGenerator's node

    /// A member that may be absent, null or exactly this: what keratin does not offer.
    void only(const char* key, const Config& accepted);
    /// Throws ValueError for members that nobody asked for, unless they are null, false or empty.
    void finish() const;

    /// read(), with the owner and the member before the text of what it throws.
    template <class Read>
    auto at(const char* key, Read read) -> decltype(read()) {
        try {
            return read();
        } catch (const std::exception& error) {
            wrong(key, error.what());
        }
    }

private:
    [[noreturn]] void wrong(const char* key, const char* why) const;

    const Config& config_;
    std::string owner_;
    std::vector<std::string> known_;
};

}  // namespace keratin
