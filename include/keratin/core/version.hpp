#pragma once

/// The version of keratin that a program is compiled against. CMake reads it from here: this is the only
/// place. While the major version is 0, a new minor version may change the interface and the ABI.
#define KERATIN_VERSION_MAJOR 0
#define KERATIN_VERSION_MINOR 1
#define KERATIN_VERSION_PATCH 0
