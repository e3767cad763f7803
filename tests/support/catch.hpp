#pragma once

/// Catch2 2 (Debian 12) and Catch2 3 (newer systems) under one name.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
using Catch::Matchers::Message;
#else
#include <catch2/catch.hpp>
using Catch::Matchers::Message;
#endif
