#include "autograd/variable_reads.hpp"

#include "autograd/record.hpp"
#include "autograd/recorder.hpp"

namespace keratin {
AutocastScope::AutocastScope(std::optional<DType> dtype)
    : recorder_(Recorder::current()), outer_(std::exchange(recorder_.read_as, dtype)) {}

AutocastScope::~AutocastScope() {
    recorder_.read_as = outer_;
}

std::optional<DType> AutocastScope::dtype() {
    return Recorder::current().read_as;
}

ReadScope::ReadScope(ReadLog& log, bool replaying)
    : log_(log),
      replaying_(replaying),
      recorder_(Recorder::current()),
      outer_(std::exchange(recorder_.read_scope, this)) {}

ReadScope::~ReadScope() {
    recorder_.read_scope = outer_;
}

bool ReadScope::replaying() {
    const ReadScope* scope = Recorder::current().read_scope;
    return scope && scope->replaying_;
}

Tensor ReadScope::pass(const Variable& variable, const Tensor& value) {
    auto& reads = log_.reads;
    if (!replaying_)
        reads.emplace_back(variable, value);
    else if (next_ < reads.size() && reads[next_].first.same_as(variable))
        return reads[next_++].second;
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
