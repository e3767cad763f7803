#include "autograd/variable_reads.hpp"

#include "autograd/record.hpp"

namespace keratin {
namespace {

thread_local std::optional<DType> read_as;
thread_local ReadLog::Scope* read_log = nullptr;

}  // namespace

AutocastScope::AutocastScope(std::optional<DType> dtype) : outer_(std::exchange(read_as, dtype)) {}

AutocastScope::~AutocastScope() {
    read_as = outer_;
}

std::optional<DType> AutocastScope::dtype() {
    return read_as;
}

ReadLog::Scope::Scope(ReadLog& log, bool replaying)
    : log_(log), replaying_(replaying), outer_(std::exchange(read_log, this)) {}

ReadLog::Scope::~Scope() {
    read_log = outer_;
}

bool ReadLog::Scope::replaying() {
    return read_log && read_log->replaying_;
}

Tensor ReadLog::Scope::pass(const Variable& variable, const Tensor& value) {
    Scope* scope = read_log;
    if (!scope) return value;
    auto& reads = scope->log_.reads;
    if (!scope->replaying_)
        reads.emplace_back(variable, value);
    else if (scope->next_ < reads.size() && reads[scope->next_].first.same_as(variable))
        return reads[scope->next_++].second;
    return value;
}

Tensor recorded_convert(const Tensor& x, DType dtype) {
    if (x.dtype() == dtype) return x;
    Tensor y = convert(x, dtype);
    if (!is_floating(x.dtype()) || !is_floating(dtype)) return y;
    return record("cast", y,
                  wrt(x, [from = x.dtype()](const Tensor& dy) { return recorded_convert(dy, from); }));
}

}  // namespace keratin
