#pragma once

#include <keratin/autograd/variable.hpp>

#include <optional>
#include <utility>
#include <vector>

/// What a read of a variable is beside the value in its memory.
namespace keratin {

class Recorder;

/// While it lives, floating variables that this thread reads come in this dtype, by a recorded cast
/// (Keras's AutocastScope); nothing: as they are.
class AutocastScope {
public:
    explicit AutocastScope(std::optional<DType> dtype);
    ~AutocastScope();
    AutocastScope(const AutocastScope&) = delete;
    AutocastScope& operator=(const AutocastScope&) = delete;

    static std::optional<DType> dtype();

private:
    Recorder& recorder_;
    std::optional<DType> outer_;
};

/// The variables that a function has read, with their values, so that it can run again as it did.
struct ReadLog {
    std::vector<std::pair<Variable, Tensor>> reads;
};

/// While it lives, this thread's reads are noted. Replaying, variables have the values they had then, and are
/// not assigned to: that has been done.
class ReadScope {
public:
    ReadScope(ReadLog& log, bool replaying);
    ~ReadScope();
    ReadScope(const ReadScope&) = delete;
    ReadScope& operator=(const ReadScope&) = delete;

    static bool replaying();
    /// The value that is read where memory holds this one.
    Tensor pass(const Variable& variable, const Tensor& value);

private:
    ReadLog& log_;
    const bool replaying_;
    size_t next_ = 0;
    Recorder& recorder_;
    ReadScope* outer_;
};

/// x as another dtype, on the record between floating dtypes: cast() without its checks.
Tensor recorded_convert(const Tensor& x, DType dtype);

}  // namespace keratin
