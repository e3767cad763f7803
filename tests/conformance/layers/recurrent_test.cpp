#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::Inputs;
using conformance::LayerCase;
using conformance::LayerCases;
using conformance::Outputs;
using conformance::Type;
using conformance::Weight;
using conformance::WrongUse;

/// The weights of a cell of Keras's with `gates` blocks of columns.
std::vector<Weight> weights_of(const std::string& path, int64_t features, int64_t units, int64_t gates,
                               const Shape& bias) {
    return {{path + "kernel", {features, gates * units}},
            {path + "recurrent_kernel", {units, gates * units}},
            {path + "bias", bias}};
}

std::vector<Weight> joined(std::vector<Weight> first, const std::vector<Weight>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

template <class L>
std::vector<WrongUse> wrong_uses(const std::string& cell, int64_t columns, size_t states) {
    std::vector<conformance::Input> more = {{2, 3, 4}};
    for (size_t i = 0; i <= states; ++i) more.push_back({2, 2});
    Inputs too_many;
    too_many.list = more;
    return {{[] { return L(0); }, cell + ": units is 0; it must be at least 1"},
            {[] { return L(2, {.dropout = 1.5}); }, cell + ": dropout is 1.5; it must be within [0, 1]"},
            {[] { return L(2); }, "input has shape (2, 3); (batch, time, features) is needed", {2, 3}},
            {[] { return L(2); },
             fmt::format("{}: input has 4 features, kernel was built for 5 (kernel shape (5, {})); give an "
                         "input of shape (batch, .., 5)",
                         cell, columns),
             {2, 3, 4},
             {2, 3, 5}},
            {Type::value, [] { return L(2); },
             fmt::format("it got {} initial states, its cell has {}; give all or none", states + 1, states),
             too_many}};
}

template <class Cell>
LayerCase cell(const char* class_name, const char* default_name, int64_t gates, size_t states,
               const Shape& bias) {
    Inputs input = {{2, 3}};
    Outputs output = {{2, 2}};
    for (size_t i = 0; i < states; ++i) {
        input.list.push_back({2, 2});
        output.list.push_back({2, 2});
    }
    return {class_name,
            default_name,
            {{"by default",
              [] { return Cell(2); },
              {.input = input, .output = output, .weights = weights_of("", 3, 2, gates, bias)}},
             {"without bias, of relu",
              [] { return Cell(2, {.activation = "relu", .use_bias = false}); },
              {.input = input,
               .output = output,
               .weights = {{"kernel", {3, gates * 2}}, {"recurrent_kernel", {2, gates * 2}}}}},
             {"with dropout",
              [] { return Cell(2, {.dropout = 0.3, .recurrent_dropout = 0.4, .seed = 3}); },
              {.input = input,
               .output = output,
               .weights = weights_of("", 3, 2, gates, bias),
               .training_differs = true}}},
            {{[] { return Cell(-1); }, "units is -1; it must be at least 1"},
             {[] { return Cell(2, {.recurrent_dropout = 2}); },
              "recurrent_dropout is 2; it must be within [0, 1]"},
             {[] {
                  Cell(2, {.name = "c"})(zeros({2, 3}));
              },
              fmt::format("c: a step takes the input and {} states, it got 1 tensors", states)}}};
}

}  // namespace

conformance::LayerCases conformance::recurrent_layers() {
    return {
        {"Bidirectional",
         "bidirectional",
         {{"concatenated",
           [] { return Bidirectional(SimpleRNN(2, {.return_sequences = true, .name = "r"})); },
           {.input = {2, 3, 2},
            .output = {2, 3, 4},
            .weights = joined(weights_of("forward_r/simple_rnn_cell/", 2, 2, 1, {2}),
                              weights_of("backward_r/simple_rnn_cell/", 2, 2, 1, {2}))}},
          {"summed, with states",
           [] { return Bidirectional(LSTM(2, {.return_state = true, .name = "r"}), {.merge_mode = "sum"}); },
           {.input = {{2, 3, 1}, {2, 2}, {2, 2}, {2, 2}, {2, 2}},
            .output = {{2, 2}, {2, 2}, {2, 2}, {2, 2}, {2, 2}},
            .weights = joined(weights_of("forward_r/lstm_cell/", 1, 2, 4, {8}),
                              weights_of("backward_r/lstm_cell/", 1, 2, 4, {8}))}}},
         {{[] { return Bidirectional(GRU(2, {.name = "g"})); },
           "forward_g: input has shape (2, 3); (batch, time, features) is needed",
           {2, 3}},
          {Type::value,
           [] { return Bidirectional(GRU(2)); },
           "it got 1 initial states; give as many for both directions",
           {{2, 3, 1}, {2, 2}}},
          {[] {
               Bidirectional(
                   GRU(2, {.name = "f"}),
                   {.backward_layer = std::make_shared<GRU>(2, GRUOptions{.name = "b"}), .name = "x"});
           },
           "x: its layers forward_f and b both go forwards; one must have go_backwards = true"}}},
        {"GRU",
         "gru",
         {{"by default",
           [] { return GRU(2); },
           {.input = {2, 3, 2}, .output = {2, 2}, .weights = weights_of("gru_cell/", 2, 2, 3, {2, 6})}},
          {"all steps backwards, the gate before the product",
           [] { return GRU(2, {.return_sequences = true, .go_backwards = true, .reset_after = false}); },
           {.input = {2, 3, 2}, .output = {2, 3, 2}, .weights = weights_of("gru_cell/", 2, 2, 3, {6})}}},
         wrong_uses<GRU>("gru_cell", 6, 1)},
        {"LSTM",
         "lstm",
         {{"by default",
           [] { return LSTM(2); },
           {.input = {2, 3, 2}, .output = {2, 2}, .weights = weights_of("lstm_cell/", 2, 2, 4, {8})}},
          {"from states and with them",
           [] { return LSTM(2, {.return_sequences = true, .return_state = true}); },
           {.input = {{2, 3, 2}, {2, 2}, {2, 2}},
            .output = {{2, 3, 2}, {2, 2}, {2, 2}},
            .weights = weights_of("lstm_cell/", 2, 2, 4, {8})}}},
         wrong_uses<LSTM>("lstm_cell", 8, 2)},
        {"SimpleRNN",
         "simple_rnn",
         {{"by default",
           [] { return SimpleRNN(2); },
           {.input = {2, 3, 2}, .output = {2, 2}, .weights = weights_of("simple_rnn_cell/", 2, 2, 1, {2})}},
          {"unrolled, all steps, with the state",
           [] { return SimpleRNN(3, {.return_sequences = true, .return_state = true, .unroll = true}); },
           {.input = {2, 2, 2},
            .output = {{2, 2, 3}, {2, 3}},
            .weights = weights_of("simple_rnn_cell/", 2, 3, 1, {3})}}},
         wrong_uses<SimpleRNN>("simple_rnn_cell", 2, 1)},
        {"RNN",
         "rnn",
         {{"of a cell",
           [] { return RNN(LSTMCell(2, {.name = "c"}), {.return_sequences = true}); },
           {.input = {2, 3, 1}, .output = {2, 3, 2}, .weights = weights_of("c/", 1, 2, 4, {8})}},
          {"of several",
           [] {
               return RNN(
                   StackedRNNCells({std::make_shared<SimpleRNNCell>(3, SimpleRNNCellOptions{.name = "a"}),
                                    std::make_shared<GRUCell>(2, GRUCellOptions{.name = "b"})},
                                   {.name = "s"}));
           },
           {.input = {2, 3, 1},
            .output = {2, 2},
            .weights = joined(weights_of("s/a/", 1, 3, 1, {3}), weights_of("s/b/", 3, 2, 3, {2, 6}))}}},
         {{[] { return RNN(SimpleRNNCell(2)); },
           "input has shape (2, 3); (batch, time, features) is needed",
           {2, 3}},
          {[] {
               RNN(LSTMCell(2), {.name = "r"})({zeros({2, 3, 1}), zeros({2, 2})});
           },
           "r: it got 1 initial states, its cell has 2; give all or none"},
          {[] { RNN(std::shared_ptr<RNNCell>(), {.name = "r"}); }, "r: its cell is null"}}},
        cell<GRUCell>("GRUCell", "gru_cell", 3, 1, {2, 6}),
        cell<LSTMCell>("LSTMCell", "lstm_cell", 4, 2, {8}),
        cell<SimpleRNNCell>("SimpleRNNCell", "simple_rnn_cell", 1, 1, {2}),
        {"StackedRNNCells",
         "stacked_rnn_cells",
         {{"of two",
           [] {
               return StackedRNNCells(
                   {std::make_shared<LSTMCell>(3, LSTMCellOptions{.name = "a"}),
                    std::make_shared<SimpleRNNCell>(2, SimpleRNNCellOptions{.name = "b"})});
           },
           {.input = {{2, 1}, {2, 3}, {2, 3}, {2, 2}},
            .output = {{2, 2}, {2, 3}, {2, 3}, {2, 2}},
            .weights = joined(weights_of("a/", 1, 3, 4, {12}), weights_of("b/", 3, 2, 1, {2}))}},
          {"of one",
           [] { return StackedRNNCells({std::make_shared<GRUCell>(2, GRUCellOptions{.name = "a"})}); },
           {.input = {{2, 3}, {2, 2}},
            .output = {{2, 2}, {2, 2}},
            .weights = weights_of("a/", 3, 2, 3, {2, 6})}}},
         {{[] { StackedRNNCells({}, {.name = "s"}); }, "s: it got no cells; give at least one"},
          {[] { StackedRNNCells({nullptr}, {.name = "s"}); }, "s: one of the cells is null"}}},
        {"TimeDistributed",
         "time_distributed",
         {{"of Dense",
           [] { return TimeDistributed(Dense(3, {.name = "d"})); },
           {.input = {2, 3, 2}, .output = {2, 3, 3}, .weights = {{"d/kernel", {2, 3}}, {"d/bias", {3}}}}},
          {"of a convolution",
           [] { return TimeDistributed(Conv2D(2, {.kernel_size = 2, .name = "c"})); },
           {.input = {2, 2, 3, 3, 1},
            .output = {2, 2, 2, 2, 2},
            .weights = {{"c/kernel", {2, 2, 1, 2}}, {"c/bias", {2}}}}}},
         {{[] { return TimeDistributed(Dense(3)); },
           "input has shape (2, 3); (batch, time, ..) of at least three axes is needed",
           {2, 3}},
          {[] { TimeDistributed(std::shared_ptr<Layer>(), {.name = "t"}); }, "t: its layer is null"}}},
    };
}

TEST_CASE("Recurrent layers pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::recurrent_layers());
}
