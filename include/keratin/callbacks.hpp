#pragma once

#include <keratin/callbacks/backup_and_restore.hpp>
#include <keratin/callbacks/csv_logger.hpp>
#include <keratin/callbacks/early_stopping.hpp>
#include <keratin/callbacks/lambda_callback.hpp>
#include <keratin/callbacks/learning_rate.hpp>
#include <keratin/callbacks/model_checkpoint.hpp>
#include <keratin/callbacks/monitor.hpp>
#include <keratin/callbacks/swap_ema_weights.hpp>
#include <keratin/callbacks/tensor_board.hpp>
#include <keratin/callbacks/terminate_on_nan.hpp>
#include <keratin/models/callback.hpp>
#include <keratin/models/callback_list.hpp>
#include <keratin/models/progbar_logger.hpp>
