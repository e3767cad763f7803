#pragma once

#include <keratin/metrics/accuracy.hpp>
#include <keratin/metrics/auc.hpp>
#include <keratin/metrics/confusion.hpp>
#include <keratin/metrics/errors.hpp>
#include <keratin/metrics/f_score.hpp>
#include <keratin/metrics/iou.hpp>
#include <keratin/metrics/mean.hpp>
#include <keratin/metrics/metric.hpp>
#include <keratin/metrics/precision.hpp>
#include <keratin/metrics/probabilistic.hpp>
#include <keratin/metrics/r2_score.hpp>
