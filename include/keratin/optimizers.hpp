#pragma once

#include <keratin/optimizers/adam.hpp>
#include <keratin/optimizers/optimizer.hpp>
#include <keratin/optimizers/rmsprop.hpp>
#include <keratin/optimizers/schedules.hpp>
#include <keratin/optimizers/sgd.hpp>
