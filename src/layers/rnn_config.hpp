#pragma once

#include "layers/config.hpp"

/// How a recurrent layer runs its cell, in configs.
namespace keratin::layers {

template <class Options>
void set_loop_config(Config& config, const Options& o) {
    config.set("return_sequences", o.return_sequences);
    config.set("return_state", o.return_state);
    config.set("go_backwards", o.go_backwards);
    config.set("stateful", o.stateful);
    config.set("unroll", o.unroll);
    config.set("zero_output_for_mask", o.zero_output_for_mask);
}

template <class Options>
void read_loop_config(LayerReader& reader, Options& o) {
    o.return_sequences = reader.flag("return_sequences", false);
    o.return_state = reader.flag("return_state", false);
    o.go_backwards = reader.flag("go_backwards", false);
    o.stateful = reader.flag("stateful", false);
    o.unroll = reader.flag("unroll", false);
    o.zero_output_for_mask = reader.flag("zero_output_for_mask", false);
    reader.flag("time_major", false);  // of older versions
}

template <class To, class From>
To loop_options(const From& o) {
    To loop;
    loop.return_sequences = o.return_sequences;
    loop.return_state = o.return_state;
    loop.go_backwards = o.go_backwards;
    loop.stateful = o.stateful;
    loop.unroll = o.unroll;
    loop.zero_output_for_mask = o.zero_output_for_mask;
    loop.activity_regularizer = o.activity_regularizer;
    loop.trainable = o.trainable;
    loop.dtype = o.dtype;
    loop.name = o.name;
    return loop;
}

}  // namespace keratin::layers
