#include "support/catch.hpp"

#include "conformance/wrong_use/autograd.hpp"
#include "conformance/wrong_use/files.hpp"
#include "conformance/wrong_use/layer_state.hpp"
#include "conformance/wrong_use/layers.hpp"
#include "conformance/wrong_use/models.hpp"
#include "conformance/wrong_use/nn.hpp"
#include "conformance/wrong_use/ops.hpp"
#include "conformance/wrong_use/tensors.hpp"
#include "conformance/wrong_use/training.hpp"

#include "support/wrong_use.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstring>

using namespace keratin;
using conformance::wrong_use::check_error;
using conformance::wrong_use::Group;
using conformance::wrong_use::Use;

namespace {

std::string with_word(std::string text, const std::string& word, const std::string& replacement) {
    for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += replacement.size())
        text.replace(at, word.size(), replacement);
    return text;
}

/// Values of their own, which nobody can change in place.
std::vector<Tensor> copies(const std::vector<Tensor>& tensors) {
    std::vector<Tensor> result;
    for (const Tensor& x : tensors) {
        Tensor copy = Tensor::empty(x.shape(), x.dtype());
        std::memcpy(copy.mutable_raw(), x.raw(), static_cast<size_t>(x.size()) * size_of(x.dtype()));
        result.push_back(copy);
    }
    return result;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (a[i].shape() != b[i].shape() || a[i].dtype() != b[i].dtype() ||
            std::memcmp(a[i].raw(), b[i].raw(), static_cast<size_t>(a[i].size()) * size_of(a[i].dtype())) !=
                0)
            return false;
    return true;
}

void check(const Group& group, const Use& use, const std::string& folder) {
    INFO(group.name << ": " << use.what);
    clear_session();
    const std::vector<Tensor> before = copies(group.state());
    check_error(use.call, use.type, {use.text},
                [&](std::string message) { return with_word(std::move(message), folder, "{dir}"); });
    CHECK(same(group.state(), before));
}

}  // namespace

TEST_CASE("Every wrong use gets the right error, in words that help, and changes nothing",
          "[conformance][errors]") {
    using namespace conformance::wrong_use;
    const auto dir = std::make_shared<test::TemporaryDirectory>();
    const std::vector<Group> groups = {tensors(),
                                       names(),
                                       elementwise_ops(),
                                       reductions(),
                                       shaping_ops(),
                                       convolutions(),
                                       pools_and_activations(),
                                       losses_and_normalization(),
                                       layer_arguments(),
                                       layer_calls(),
                                       layer_state(),
                                       variables(),
                                       tapes(),
                                       optimizer_uses(),
                                       loss_and_metric_uses(),
                                       initializer_uses(),
                                       model_structure(),
                                       compiling(),
                                       fitting(),
                                       callback_uses(),
                                       files(dir)};
    int count = 0;
    for (const Group& group : groups)
        for (const Use& use : group.uses) {
            check(group, use, dir->path());
            ++count;
        }
    fmt::print("conformance: {} wrong uses, each with its exception, its text and what it left unchanged\n",
               count);
    CHECK(count >= 300);
}

TEST_CASE("A loss that is NaN is no error, as in Keras; TerminateOnNaN ends training at once",
          "[conformance][errors]") {
    const auto model = conformance::wrong_use::trained_model();
    const Tensor x = full({4, 4, 4, 1}, std::nan(""));
    const Tensor y = zeros({4}, int64);
    CHECK(std::isnan(model->evaluate(x, y, {.verbose = 0})["loss"]));
    const History history = model->fit(
        x, y, {.batch_size = 2, .epochs = 3, .verbose = 0, .callbacks = {callbacks::TerminateOnNaN()}});
    CHECK(history.epoch.size() == 1);
    CHECK(model->optimizer().iterations() == 2);  // one of trained_model(), one here
}
