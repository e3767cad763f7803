#pragma once

#include <keratin/core/config.hpp>

#include <optional>
#include <string>
#include <vector>

namespace keratin {

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
    double number(const char* key, double otherwise);
    std::string text(const char* key, std::string otherwise);
    /// A Word<..>.
    template <class W>
    W word(const char* key, const char* otherwise) {
        const std::string given = text(key, otherwise);
        return at(key, [&] { return W::named(given); });
    }
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
