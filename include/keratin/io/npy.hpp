#pragma once

#include <keratin/io/limits.hpp>
#include <keratin/io/named_tensors.hpp>

#include <string>

namespace keratin::io {

/// An array that numpy.save() wrote: float64, float32, float16, int64, int32, uint8 or bool, in the order of
/// C or Fortran and of either end first. Throws IoError, or FormatError with file, offset and reason: for
/// other dtypes, structures, and arrays of Python objects, which are pickles and could run code.
KERATIN_EXPORT Tensor load_npy(const std::string& path);
/// Writes what numpy.save() does, byte for byte, through a temporary file. Throws DTypeError for bfloat16,
/// which NumPy does not have.
KERATIN_EXPORT void save_npy(const std::string& path, const Tensor& tensor);

/// The arrays of an archive of numpy.savez() or savez_compressed(), in its order; as load_npy().
KERATIN_EXPORT NamedTensors load_npz(const std::string& path, const ReadLimits& limits = {});

struct NpzOptions {
    bool compressed = false;  ///< as numpy.savez_compressed()
};
/// An archive of arrays for numpy.load(), through a temporary file; as save_npy(). Throws ValueError for a
/// name given twice, or that is a path out of the archive.
KERATIN_EXPORT void save_npz(const std::string& path, const NamedTensors& tensors,
                             const NpzOptions& options = {});

}  // namespace keratin::io
