#include "io/keras/model_file.hpp"

#include "core/config_json.hpp"
#include "io/file.hpp"
#include "io/zip.hpp"

#include <keratin/core/error.hpp>

#include <sys/stat.h>

namespace keratin::io {
namespace {

class Zipped : public ModelFile {
public:
    Zipped(const std::shared_ptr<const Source>& archive, const ReadLimits& limits)
        : name_(archive->name()), zip_(archive, limits) {}

    const std::string& name() const override { return name_; }
    bool has(const std::string& member) const override { return zip_.has(member); }
    std::shared_ptr<const Source> member(const std::string& member) const override {
        return zip_.open(member);
    }

private:
    std::string name_;
    ZipReader zip_;
};

class Folder : public ModelFile {
public:
    explicit Folder(std::string path) : path_(std::move(path)) {}

    const std::string& name() const override { return path_; }
    bool has(const std::string& member) const override {
        std::string path = path_;
        size_t at = 0;
        // A link on the way could lead out of the folder.
        for (size_t slash = 0; slash != std::string::npos; at = slash + 1) {
            slash = member.find('/', at);
            path += "/" + member.substr(at, slash == std::string::npos ? slash : slash - at);
            struct stat status {};
            if (::lstat(path.c_str(), &status) != 0) return false;
            if (slash == std::string::npos ? !S_ISREG(status.st_mode) : !S_ISDIR(status.st_mode))
                return false;
        }
        return true;
    }
    std::shared_ptr<const Source> member(const std::string& member) const override {
        if (!has(member)) fail_at(path_, {}, "there is no plain file {} in this folder", member);
        return std::make_shared<InputFile>(path_ + "/" + member);
    }

private:
    std::string path_;
};

bool is_folder(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

std::unique_ptr<ModelFile> ModelFile::open_folder(const std::string& path) {
    return is_folder(path) ? std::make_unique<Folder>(path) : nullptr;
}

std::unique_ptr<ModelFile> ModelFile::open(std::shared_ptr<const Source> archive, const ReadLimits& limits) {
    return std::make_unique<Zipped>(archive, limits);
}

std::unique_ptr<ModelFile> ModelFile::open(const std::string& path, const ReadLimits& limits) {
    if (auto folder = open_folder(path)) return folder;
    return open(std::make_shared<InputFile>(path), limits);
}

std::string ModelFile::text(const std::string& wanted) const {
    return member(wanted)->text();
}

std::shared_ptr<const Source> ModelFile::weights() const {
    if (!has(weights_member)) {
        if (has("model.weights.npz"))
            fail_at(name(), {},
                    "its weights are pickled Python objects (model.weights.npz), that is code, which keratin "
                    "never takes from a file; save it with Keras's default weights format");
        fail_at(name(), {}, "there is no {} in it", weights_member);
    }
    return member(weights_member);
}

Config ModelFile::config() const {
    if (!has(config_member)) fail_at(name(), {}, "there is no {} in it; it is no Keras model", config_member);
    return config_from_json(text(config_member), name() + ": " + config_member);
}

}  // namespace keratin::io
