#include "support/catch.hpp"

#include <keratin/autograd/tape.hpp>
#include <keratin/core/random.hpp>
#include <keratin/ops/elementwise.hpp>
#include <keratin/ops/matmul.hpp>
#include <keratin/ops/reduce.hpp>

#include <thread>

using namespace keratin;

TEST_CASE("A tape gives the gradient of what it recorded", "[autograd][tape]") {
    const Tensor x = Tensor::from({1.0, 2.0, 3.0});
    GradientTape tape;
    tape.watch(x);
    const Tensor y = reduce_sum(x * x * x);
    const Tensor dx = tape.gradient(y, x);
    for (size_t i = 0; i < 3; ++i)
        CHECK(dx.data<double>()[i] == Approx(3 * x.data<double>()[i] * x.data<double>()[i]));
}

TEST_CASE("Trainable variables are followed by themselves, others when watched", "[autograd][tape]") {
    const Variable w(Tensor::from({2.f}), {.name = "w"});
    const Variable frozen(Tensor::from({3.f}), {.name = "frozen", .trainable = false});
    SECTION("not watched") {
        GradientTape tape;
        const auto gradients = tape.gradient(w * frozen, {w, frozen});
        CHECK(gradients[0].item<float>() == 3);
        CHECK_FALSE(gradients[1].defined());
    }
    SECTION("watched") {
        GradientTape tape;
        tape.watch(frozen);
        CHECK(tape.gradient(w * frozen, frozen).item<float>() == 2);
    }
    SECTION("a tape that watches only what it is told") {
        GradientTape tape({.watch_accessed_variables = false});
        CHECK_FALSE(tape.gradient(w * frozen, w).defined());
    }
}

TEST_CASE("A variable read several times gathers all its gradients", "[autograd][tape]") {
    const Variable w(Tensor::from({3.f}), {.name = "w"});
    GradientTape tape;
    const Tensor y = w * w + 2 * w;
    CHECK(tape.gradient(y, w).item<float>() == 8);
}

TEST_CASE("Unconnected sources give an undefined tensor, or zeros when asked", "[autograd][tape]") {
    const Variable w(ones({2, 3}), {.name = "w"});
    const Variable v(ones({2}), {.name = "v"});
    GradientTape tape({.persistent = true});
    const Tensor y = reduce_sum(v * v);
    CHECK_FALSE(tape.gradient(y, w).defined());
    CHECK(tape.gradient(y, w, {.unconnected_as_zeros = true}).shape() == Shape{2, 3});
}

TEST_CASE("Nested tapes give higher derivatives", "[autograd][tape]") {
    const Tensor x = Tensor::from({2.0});
    GradientTape third;
    third.watch(x);
    Tensor d2;
    {
        GradientTape second;
        second.watch(x);
        Tensor d1;
        {
            GradientTape first;
            first.watch(x);
            d1 = first.gradient(x * x * x * x, x);
            CHECK(d1.item<double>() == Approx(32));
        }
        d2 = second.gradient(d1, x);
        CHECK(d2.item<double>() == Approx(48));
    }
    CHECK(third.gradient(d2, x).item<double>() == Approx(48));
}

TEST_CASE("Second derivatives through variables", "[autograd][tape]") {
    const Variable w(Tensor::from({0.5}), {.name = "w"});
    GradientTape outer;
    Tensor first;
    {
        GradientTape inner;
        first = inner.gradient(tanh(w), w);
    }
    const double t = std::tanh(0.5);
    CHECK(outer.gradient(first, w).item<double>() == Approx(-2 * t * (1 - t * t)));
}

TEST_CASE("A tape answers once unless it is persistent", "[autograd][tape][errors]") {
    const Variable w(Tensor::from({2.f}), {.name = "w"});
    SECTION("once") {
        GradientTape tape;
        const Tensor y = w * w;
        CHECK(tape.gradient(y, w).item<float>() == 4);
        CHECK_FALSE(tape.recording());
        CHECK_THROWS_MATCHES(
            tape.gradient(y, w), ValueError,
            Message("GradientTape.gradient: a tape that is not persistent answers once; make it with "
                    "{.persistent = true}"));
    }
    SECTION("persistent") {
        GradientTape tape({.persistent = true});
        const Tensor y = w * w;
        CHECK(tape.gradient(y, w).item<float>() == 4);
        const Tensor z = y * w;  // still recording
        CHECK(tape.gradient(z, w).item<float>() == 12);
        CHECK(tape.gradient(z, y).item<float>() == 2);
    }
}

TEST_CASE("Recording stops and resumes", "[autograd][tape]") {
    const Variable w(Tensor::from({2.f}), {.name = "w"});
    GradientTape tape({.persistent = true});
    tape.stop_recording();
    const Tensor unseen = w * w;
    tape.resume_recording();
    const Tensor seen = w * w;
    CHECK_FALSE(tape.gradient(unseen, w).defined());
    CHECK(tape.gradient(seen, w).item<float>() == 4);
    tape.reset();
    CHECK_FALSE(tape.gradient(seen, w).defined());
}

TEST_CASE("NoGradient and stop_gradient cut the tape", "[autograd][tape]") {
    const Tensor x = Tensor::from({2.0});
    GradientTape tape({.persistent = true});
    tape.watch(x);
    Tensor outside;
    {
        NoGradient pause;
        outside = x * x;
    }
    CHECK_FALSE(tape.gradient(outside, x).defined());
    CHECK_FALSE(tape.gradient(stop_gradient(x) * 3.0, x).defined());
    CHECK(tape.gradient(stop_gradient(x) * x, x).item<double>() == 2);
}

TEST_CASE("output_gradients weigh the target's elements", "[autograd][tape]") {
    const Tensor x = Tensor::from({1.0, 2.0});
    GradientTape tape;
    tape.watch(x);
    const Tensor dx = tape.gradient(x * x, x, {.output_gradients = Tensor::from({10.0, 1.0})});
    CHECK(dx.data<double>()[0] == 20);
    CHECK(dx.data<double>()[1] == 4);
}

TEST_CASE("An intermediate result is a source as well", "[autograd][tape]") {
    const Variable w(Tensor::from({3.f}), {.name = "w"});
    GradientTape tape({.persistent = true});
    const Tensor h = w * w;
    const Tensor y = h * h;
    CHECK(tape.gradient(y, h).item<float>() == 18);
    CHECK(tape.gradient(h, h).item<float>() == 1);
}

TEST_CASE("A chain of 100,000 operations goes forward and back without recursion", "[autograd][tape]") {
    const Variable w(Tensor::from({1.0}), {.name = "w"});
    GradientTape tape;
    Tensor y = w;
    for (int i = 0; i < 100'000; ++i) y = y + 1e-5 * w;
    CHECK(tape.gradient(y, w).item<double>() == Approx(2.0));
}

TEST_CASE("What backward does not need is not kept, and outside a tape nothing is", "[autograd][tape]") {
    const Tensor x = random::normal({256, 256});
    const auto in_use = [] { return memory_statistics().bytes_in_use; };
    const size_t before = in_use();
    SECTION("outside a tape") {
        Tensor y = x;
        for (int i = 0; i < 10; ++i) y = tanh(y);
        y = {};
        CHECK(in_use() == before);
    }
    SECTION("a sum keeps its summands' memory free") {
        const Variable w(zeros({256, 256}), {.name = "w"});
        const size_t start = in_use();
        GradientTape tape;
        Tensor y = w;
        for (int i = 0; i < 10; ++i) y = y + x;
        CHECK(in_use() - start <= 2 * 256 * 256 * sizeof(float) + 65536);
    }
    SECTION("a tape that is gone keeps nothing") {
        const Variable w(zeros({256, 256}), {.name = "w"});
        const size_t start = in_use();
        {
            GradientTape tape;
            Tensor y = w;
            for (int i = 0; i < 10; ++i) y = tanh(y);
            CHECK(in_use() > start);
        }
        CHECK(in_use() == start);
    }
    SECTION("nodes are freed as they run") {
        const Variable w(zeros({256, 256}), {.name = "w"});
        GradientTape tape;
        Tensor y = w;
        for (int i = 0; i < 10; ++i) y = tanh(y);
        const Tensor dw = tape.gradient(y, w);
        y = {};
        CHECK(in_use() - before <= 3 * 256 * 256 * sizeof(float) + 65536);
    }
}

TEST_CASE("gradient_into writes into the memory it is given", "[autograd][tape]") {
    const Variable w(ones({4, 3}), {.name = "w"});
    const Tensor x = ones({2, 4});
    std::vector<Tensor> gradients(1);
    const std::vector<Variable> variables = {w};
    const void* memory = nullptr;
    for (int step = 0; step < 3; ++step) {
        GradientTape tape;
        tape.gradient_into(reduce_sum(matmul(x, w)), variables, gradients);
        CHECK(gradients[0].data<float>()[0] == 2);
        if (step > 0) CHECK(gradients[0].raw() == memory);
        memory = gradients[0].raw();
    }
}

TEST_CASE("Each thread has tapes of its own", "[autograd][tape][threads]") {
    const Variable w(Tensor::from({2.f}), {.name = "w"});
    std::vector<float> results(4);
    {
        GradientTape outer;
        std::vector<std::jthread> threads;
        for (size_t i = 0; i < results.size(); ++i)
            threads.emplace_back([&, i] {
                GradientTape tape;
                Tensor y = w * static_cast<float>(i);
                results[i] = tape.gradient(y, w).item<float>();
            });
    }
    for (size_t i = 0; i < results.size(); ++i) CHECK(results[i] == static_cast<float>(i));
}

TEST_CASE("A tensor from another thread's tape is a constant here", "[autograd][tape][threads]") {
    const Tensor x = Tensor::from({2.0});
    GradientTape tape;
    tape.watch(x);
    Tensor foreign;
    std::jthread([&] {
        const Tensor z = Tensor::from({3.0});
        GradientTape other;
        other.watch(z);
        foreign = z * z;
    }).join();
    CHECK(tape.gradient(foreign * x, x).item<double>() == 9);
}

TEST_CASE("A tape says what is wrong with its arguments", "[autograd][tape][errors]") {
    GradientTape tape({.persistent = true});
    CHECK_THROWS_MATCHES(tape.watch(Tensor()), ValueError,
                         Message("GradientTape.watch: the tensor is undefined; give it a value first"));
    CHECK_THROWS_MATCHES(
        tape.watch(zeros({2}, int32)), DTypeError,
        Message("GradientTape.watch: the tensor is int32; only floating dtypes have gradients: cast() it"));
    const Tensor x = ones({2});
    CHECK_THROWS_MATCHES(
        tape.gradient(Tensor(), x), ValueError,
        Message("GradientTape.gradient: the target is an undefined tensor; pass the value to "
                "differentiate"));
    CHECK_THROWS_MATCHES(
        tape.gradient(zeros({2}, int64), x), DTypeError,
        Message("GradientTape.gradient: the target is int64; only floating dtypes have gradients: "
                "cast() it"));
    CHECK_THROWS_MATCHES(
        tape.gradient(x, x, {.output_gradients = ones({3})}), ShapeError,
        Message("GradientTape.gradient: output_gradients has shape (3,), the target (2,); give the "
                "target's"));
    std::jthread([&] {
        CHECK_THROWS_MATCHES(
            tape.gradient(x, x), ValueError,
            Message("GradientTape.gradient: the tape belongs to the thread that made it; call it "
                    "there"));
    }).join();
}
