#pragma once

#include <keratin/optimizers/adadelta.hpp>
#include <keratin/optimizers/adagrad.hpp>
#include <keratin/optimizers/adam.hpp>
#include <keratin/optimizers/adamax.hpp>
#include <keratin/optimizers/lion.hpp>
#include <keratin/optimizers/loss_scale_optimizer.hpp>
#include <keratin/optimizers/nadam.hpp>
#include <keratin/optimizers/optimizer.hpp>
#include <keratin/optimizers/rmsprop.hpp>
#include <keratin/optimizers/schedules.hpp>
#include <keratin/optimizers/sgd.hpp>
