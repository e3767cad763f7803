#include "support/catch.hpp"

#include <keratin/layers.hpp>

using namespace keratin;

TEST_CASE("Recurrent layers refuse what does not fit before anything runs", "[layers][recurrent][errors]") {
    const layers::LSTM lstm(2, {.name = "l"});
    lstm(zeros({2, 3, 4}));
    CHECK_THROWS_MATCHES(
        lstm(Input({3, 5})), ShapeError,
        Message("lstm_cell: input has 5 features, kernel was built for 4 (kernel shape (4, 8)); "
                "give an input of shape (batch, .., 4)"));
    CHECK_THROWS_MATCHES(lstm({Input({3, 4}), Input({2})}), ValueError,
                         Message("l: it got 1 initial states, its cell has 2; give all or none"));
    CHECK_THROWS_MATCHES(lstm({Input({3, 4}), Input({2}), Input({3})}), ShapeError,
                         Message("l: state 1 has shape (None, 3), it must be (None, 2) for this input"));
    CHECK_THROWS_MATCHES(layers::Bidirectional(lstm, {.name = "b"})({Input({3, 4}), Input({2})}), ValueError,
                         Message("b: it got 1 initial states; give as many for both directions"));
    CHECK_THROWS_MATCHES(layers::GRUCell(2, {.name = "c"})({Input({3, 4}), Input({2})}), ShapeError,
                         Message("c: input has shape (None, 3, 4); (batch, features) is needed"));
}

TEST_CASE("A layer called on an empty list says so", "[layers][recurrent][errors]") {
    const char* text = "x: it got no inputs; give it a list of tensors";
    const layers::LSTM lstm(2, {.name = "x"});
    const layers::GRUCell cell(2, {.name = "x"});
    const layers::MultiHeadAttention attention(2, {.key_dim = 2, .name = "x"});
    for (const Layer* layer : std::initializer_list<const Layer*>{&lstm, &cell, &attention}) {
        CHECK_THROWS_MATCHES(layer->apply(std::vector<Tensor>()), ValueError, Message(text));
        CHECK_THROWS_MATCHES(layer->apply(std::vector<KerasTensor>()), ValueError, Message(text));
    }
}
