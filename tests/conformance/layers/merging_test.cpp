#include "conformance/layers/families.hpp"
#include "support/check_layer.hpp"

#include <keratin/layers.hpp>

using namespace keratin;
using namespace keratin::layers;

namespace {

using conformance::LayerCase;

template <class Merging>
LayerCase merging(const char* class_name, const char* default_name) {
    return {
        class_name,
        default_name,
        {{"three inputs", [] { return Merging(); }, {.input = {{2, 3}, {2, 3}, {2, 3}}, .output = {2, 3}}},
         {"broadcasting",
          [] { return Merging(); },
          {.input = {{2, 4, 1, 3}, {2, 1, 5, 3}}, .output = {2, 4, 5, 3}}},
         {"of two ranks", [] { return Merging(); }, {.input = {{2, 4, 3}, {2, 3}}, .output = {2, 4, 3}}}},
        {{[] { return Merging(); },
          "inputs of shapes (2, 3), (2, 4) do not go together; their extents must agree or be 1",
          {{2, 3}, {2, 4}}},
         {[] { Merging({.name = "m"})(std::vector<Tensor>()); },
          "m: it got no inputs; give it a list of tensors"},
         {[] {
              Merging({.name = "m"})({ones({2}), Tensor()});
          },
          "m: the input is an undefined tensor; give it a value first, for instance by zeros(shape)"}}};
}

}  // namespace

conformance::LayerCases conformance::merging_layers() {
    return {
        merging<Add>("Add", "add"),
        merging<Average>("Average", "average"),
        merging<Maximum>("Maximum", "maximum"),
        merging<Minimum>("Minimum", "minimum"),
        merging<Multiply>("Multiply", "multiply"),
        {"Subtract",
         "subtract",
         {{"of one shape", [] { return Subtract(); }, {.input = {{2, 3}, {2, 3}}, .output = {2, 3}}},
          {"broadcasting", [] { return Subtract(); }, {.input = {{2, 4, 3}, {2, 3}}, .output = {2, 4, 3}}}},
         {{Type::value, [] { return Subtract(); }, "it takes two inputs and got 3", {{2, 1}, {2, 1}, {2, 1}}},
          {[] { return Subtract(); },
           "inputs of shapes (2, 3), (2, 4) do not go together; their extents must agree or be 1",
           {{2, 3}, {2, 4}}}}},
        {"Concatenate",
         "concatenate",
         {{"by default", [] { return Concatenate(); }, {.input = {{2, 3}, {2, 1}, {2, 2}}, .output = {2, 6}}},
          {"along another axis",
           [] { return Concatenate({.axis = 1}); },
           {.input = {{2, 1, 3}, {2, 4, 3}}, .output = {2, 5, 3}}}},
         {{[] { return Concatenate(); },
           "inputs of shapes (2, 3), (3, 3) do not go together; all but axis -1 must agree",
           {{2, 3}, {3, 3}}},
          {[] { return Concatenate({.axis = 2}); },
           "axis 2 is outside shape (2, 3); use an axis from -2 to 1",
           {{2, 3}, {2, 3}}},
          {[] { Concatenate({.name = "c"})(std::vector<Tensor>()); },
           "c: it got no inputs; give it a list of tensors"}}},
        {"Dot",
         "dot",
         {{"of rows", [] { return Dot(1); }, {.input = {{2, 3}, {2, 3}}, .output = {2, 1}}},
          {"of matrices",
           [] {
               return Dot({1, 2});
           },
           {.input = {{2, 3, 5}, {2, 4, 3}}, .output = {2, 5, 4}}},
          {"normalized",
           [] {
               return Dot({2, 1}, {.normalize = true});
           },
           {.input = {{2, 2, 3}, {2, 3, 2}}, .output = {2, 2, 2}}}},
         {{Type::value, [] { return Dot(1); }, "it takes two inputs and got 1", {2, 3}},
          {[] { return Dot(1); },
           "inputs of shapes (2, 3) and (2, 4) differ in what is summed over: axis 1 has 3, axis 1 has 4",
           {{2, 3}, {2, 4}}},
          {[] { return Dot(1); },
           "inputs of shapes (2, 3) and (4, 3) are batches of different sizes",
           {{2, 3}, {4, 3}}},
          {Type::value,
           [] {
               return Dot({0, 1});
           },
           "axis 0 of an input of shape (2, 3) is the batch; sum over another one",
           {{2, 3}, {2, 3}}},
          {[] { return Dot(1); },
           "an input has shape (2,); (batch, ..) with at least two axes is needed",
           {Shape{2}, Shape{2, 3}}}}},
    };
}

TEST_CASE("Merging layers pass the conformance routine", "[layers][layer_conformance]") {
    conformance::check_layers(conformance::merging_layers());
}
