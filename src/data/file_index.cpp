#include "data/file_index.hpp"

#include <keratin/core/error.hpp>

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <system_error>

namespace keratin::data {
namespace {

namespace fs = std::filesystem;

/// "a" and "b" as "a/b".
std::string joined(const std::string& directory, const std::string& name) {
    return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

struct Entry {
    std::string name;
    bool is_directory;
    bool is_link;
};

std::vector<Entry> entries_of(const std::string& directory) {
    std::error_code error;
    std::vector<Entry> entries;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        std::error_code unknown;  // what cannot be looked at is no directory
        entries.push_back(
            {at->path().filename().string(), at->is_directory(unknown), at->is_symlink(unknown)});
    }
    if (error) fail<IoError>("{}: the directory cannot be read: {}", directory, error.message());
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
}

class Walk {
public:
    explicit Walk(const FileIndexOptions& options) : options_(options) {}

    /// The files below a directory, by the directory they are in, then by name.
    std::vector<std::string> files(const std::string& root) {
        found_.clear();
        visit(root);
        std::stable_sort(found_.begin(), found_.end(),
                         [](const Found& a, const Found& b) { return a.directory < b.directory; });
        std::vector<std::string> paths;
        for (const Found& file : found_) paths.push_back(joined(file.directory, file.name));
        return paths;
    }

private:
    struct Found {
        std::string directory;
        std::string name;
    };

    void visit(const std::string& directory) {
        std::error_code ignored;
        const std::string place = fs::canonical(directory, ignored).string();
        if (!above_.insert(place).second) return;  // a link to where it lies
        for (const Entry& entry : entries_of(directory)) {
            if (!entry.is_directory && wanted(entry.name))
                found_.push_back({directory, entry.name});
            else if (entry.is_directory && (options_.follow_links || !entry.is_link))
                visit(joined(directory, entry.name));
        }
        above_.erase(place);
    }
    bool wanted(std::string name) const {
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return std::any_of(options_.extensions.begin(), options_.extensions.end(),
                           [&](const std::string& extension) { return name.ends_with(extension); });
    }

    const FileIndexOptions& options_;
    std::vector<Found> found_;
    std::set<std::string> above_;  ///< the directories on the way to the one visited
};

std::vector<std::string> classes_of(const std::string& directory, const FileIndexOptions& options,
                                    const char* owner) {
    std::vector<std::string> names;
    for (const Entry& entry : entries_of(directory))
        if (entry.is_directory && !entry.name.starts_with('.')) names.push_back(entry.name);
    if (options.class_names.empty()) return names;
    std::set<std::string> given;
    for (const std::string& name : options.class_names)
        if (!std::binary_search(names.begin(), names.end(), name) || !given.insert(name).second)
            fail<ValueError>(
                "{}: class_names are {}; each must be another directory in {}, where there are {}", owner,
                options.class_names, directory, names);
    return options.class_names;
}

}  // namespace

FileIndex index_directory(const std::string& directory, const FileIndexOptions& options, const char* owner) {
    Walk walk(options);
    FileIndex index;
    if (!options.by_class) {
        index.paths = walk.files(directory);
        return index;
    }
    index.class_names = classes_of(directory, options, owner);
    for (size_t label = 0; label < index.class_names.size(); ++label) {
        const std::vector<std::string> files = walk.files(joined(directory, index.class_names[label]));
        index.paths.insert(index.paths.end(), files.begin(), files.end());
        index.labels.insert(index.labels.end(), files.size(), static_cast<int32_t>(label));
    }
    return index;
}

}  // namespace keratin::data
