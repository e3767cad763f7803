#pragma once

#include "io/source.hpp"

#include <keratin/core/config.hpp>
#include <keratin/io/limits.hpp>

#include <memory>
#include <string>

namespace keratin::io {

inline constexpr const char* config_member = "config.json";
inline constexpr const char* metadata_member = "metadata.json";
inline constexpr const char* weights_member = "model.weights.h5";

/// What a ".keras" file holds, in a ZIP archive or a folder. Of a folder only plain files count that are no
/// links.
class ModelFile {
public:
    virtual ~ModelFile() = default;

    /// Throws FormatError when it is no archive.
    static std::unique_ptr<ModelFile> open(std::shared_ptr<const Source> archive, const ReadLimits& limits);
    /// The archive, or the folder that it was unzipped into.
    static std::unique_ptr<ModelFile> open(const std::string& path, const ReadLimits& limits);
    /// Null when there is no folder of that name.
    static std::unique_ptr<ModelFile> open_folder(const std::string& path);

    virtual const std::string& name() const = 0;
    virtual bool has(const std::string& member) const = 0;
    virtual std::shared_ptr<const Source> member(const std::string& name) const = 0;
    std::string text(const std::string& member) const;
    /// model.weights.h5.
    std::shared_ptr<const Source> weights() const;
    /// config.json.
    Config config() const;
};

}  // namespace keratin::io
