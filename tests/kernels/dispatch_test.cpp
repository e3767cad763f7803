#include "support/catch.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

#include "kernels/kernels.hpp"

namespace keratin::kernels {
namespace {

template <class T>
void check_complete(const Table<T>& table) {
    void* entries[sizeof(table) / sizeof(void*)];
    std::memcpy(entries, &table, sizeof(table));
    for (size_t i = 0; i < sizeof(table) / sizeof(void*); ++i) {
        INFO("entry " << i);
        CHECK(entries[i] != nullptr);
    }
}

int rank(const std::string& isa) {
    return isa == "sse2" ? 0 : isa == "avx2" ? 1 : isa == "avx512" ? 2 : 3;
}

}  // namespace

TEST_CASE("The active kernels are those of the active instruction set", "[kernels][dispatch]") {
    INFO(active_isa());
    CHECK(&kernels<float>() == kernels_for<float>(active_isa()));
    CHECK(&kernels<double>() == kernels_for<double>(active_isa()));
}

TEST_CASE("Every machine has the sse2 kernels, none has those of an unknown name", "[kernels][dispatch]") {
    CHECK(kernels_for<float>("sse2") != nullptr);
    CHECK(kernels_for<double>("sse2") != nullptr);
    CHECK(kernels_for<float>("AVX2") == nullptr);
    CHECK(kernels_for<float>("") == nullptr);
}

TEST_CASE("Every table is complete", "[kernels][dispatch]") {
    for (const char* isa : {"sse2", "avx2", "avx512"}) {
        INFO(isa);
        if (kernels_for<float>(isa)) check_complete(*kernels_for<float>(isa));
        if (kernels_for<double>(isa)) check_complete(*kernels_for<double>(isa));
    }
    check_complete(reference_kernels<float>());
    check_complete(reference_kernels<double>());
}

TEST_CASE("KERATIN_ISA lowers the choice and can do nothing else", "[kernels][dispatch]") {
    std::string best = "sse2";
    for (const char* isa : {"avx2", "avx512"})
        if (kernels_for<float>(isa)) best = isa;
    const char* wanted = std::getenv("KERATIN_ISA");
    const bool lower = wanted && rank(wanted) < rank(best);
    CHECK(std::string(active_isa()) == (lower ? wanted : best));
}

}  // namespace keratin::kernels
