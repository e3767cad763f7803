#pragma once

#include <keratin/losses/cosine_similarity.hpp>
#include <keratin/losses/crossentropy.hpp>
#include <keratin/losses/divergence.hpp>
#include <keratin/losses/focal.hpp>
#include <keratin/losses/hinge.hpp>
#include <keratin/losses/loss.hpp>
#include <keratin/losses/regression.hpp>
#include <keratin/losses/robust.hpp>
