#pragma once

#include "conformance/wrong_use/models.hpp"
#include "conformance/wrong_use/use.hpp"
#include "support/files.hpp"

#include <keratin/data/idx.hpp>
#include <keratin/data/mnist.hpp>
#include <keratin/io/image.hpp>
#include <keratin/io/safetensors.hpp>

#include <memory>

namespace conformance::wrong_use {

/// Files that are not there, cut off, or something else. Texts name the folder as {dir}.
inline Group files(const std::shared_ptr<test::TemporaryDirectory>& dir) {
    const auto model = trained_model();
    const auto file = [dir](const char* name) { return dir->file(name); };
    model->save_weights(file("good.safetensors"));
    const std::string good = test::read_file(file("good.safetensors"));
    test::write_file(file("cut.safetensors"), good.substr(0, good.size() - 5));
    test::write_file(file("short.safetensors"), good.substr(0, 4));
    test::write_file(file("text.safetensors"), "these are no tensors at all");
    test::write_file(file("cut.idx"), std::string("\0\0\x08\x01\0\0\0\x05\x01\x02", 10));
    test::write_file(file("text.idx"), "images");
    test::write_file(file("text.png"), "no picture");
    io::write_png(file("good.png"), zeros({8, 8, 1}, uint8));
    test::write_file(file("cut.png"), test::read_file(file("good.png")).substr(0, 50));
    test::write_file(file("cut.pgm"), "P5 4 4 255\nabc");
    io::save_safetensors(file("other.safetensors"), {{"w", ones({2})}});
    io::NamedTensors tensors = io::load_safetensors(file("good.safetensors"));
    tensors[0].second = ones({1});
    io::save_safetensors(file("shape.safetensors"), tensors);
    const auto load = [=](const char* name) { return [=] { model->load_weights(file(name)); }; };
    return {
        "files",
        {
            {"weights that are not there", load("missing.safetensors"), Type::io,
             "{dir}/missing.safetensors: cannot be opened: No such file or directory"},
            {"weights in a folder", [=] { model->load_weights(dir->path()); }, Type::format,
             "{dir}: it is a folder without config.json, so not a model"},
            {"weights cut off", load("cut.safetensors"), Type::format,
             "{dir}/cut.safetensors: at byte 634: tensor \"model/dense/bias\": data_offsets [208, 220] do "
             "not hold 12 "
             "bytes of shape (3,) within the 215 bytes of data"},
            {"weights cut off in the first bytes", load("short.safetensors"), Type::format,
             "{dir}/short.safetensors: 4 bytes are too few; a safetensors file starts with 8"},
            {"weights that are a text", load("text.safetensors"), Type::format,
             "{dir}/text.safetensors: at byte 0: the header is said to have 8241904413164529780 bytes; the "
             "file has 19, and the format allows 100000000"},
            {"weights of another model", load("other.safetensors"), Type::value,
             "model: {dir}/other.safetensors has no tensor \"model/conv/kernel\"; it holds 1 tensors of "
             "another model"},
            {"weights of another shape", load("shape.safetensors"), Type::value,
             "model: {dir}/shape.safetensors has model/conv/kernel of shape (1,) (float32), the model "
             "needs (3, 3, 1, 2) (float32)"},
            {"weights of an unbuilt model",
             [=] { Sequential(layers::Dense(2)).load_weights(file("good.safetensors")); }, Type::value,
             "sequential: load_weights found no variables; build the model first, or call it once"},
            {"an unbuilt model saved",
             [=] { Sequential(layers::Dense(2)).save_weights(file("new.safetensors")); }, Type::value,
             "sequential: save_weights found no variables; build the model first, or call it once"},
            {"weights saved to nowhere", [=] { model->save_weights(file("none/w.safetensors")); }, Type::io,
             "{dir}/none/w.safetensors: cannot be written: No such file or directory"},
            {"two tensors of one name",
             [=] {
                 io::save_safetensors(file("new.safetensors"), {{"w", ones({1})}, {"w", ones({1})}});
             },
             Type::value, "save_safetensors: the name \"w\" is given twice; names must be unique"},
            {"a tensor that is not there",
             [=] {
                 io::save_safetensors(file("new.safetensors"), {{"w", {}}});
             },
             Type::value, "save_safetensors: tensor \"w\" is undefined"},
            {"IDX data that is not there", [=] { data::read_idx(file("missing.idx")); }, Type::io,
             "{dir}/missing.idx: cannot be opened: No such file or directory"},
            {"IDX data cut off", [=] { data::read_idx(file("cut.idx")); }, Type::format,
             "{dir}/cut.idx: at byte 4: extent 5 asks for more elements than the 2 bytes that can follow"},
            {"IDX data that is a text", [=] { data::read_idx(file("text.idx")); }, Type::format,
             "{dir}/text.idx: at byte 0: an IDX file starts with two zeros, this one with 0x69 0x6d"},
            {"MNIST in an empty folder", [=] { datasets::mnist(dir->path()); }, Type::io,
             "{dir}: neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz is there; give the "
             "directory of the four IDX files"},
            {"a picture that is a text", [=] { io::read_image(file("text.png")); }, Type::format,
             "{dir}/text.png: is no picture that is read: PNG, JPEG, BMP, PGM or PPM"},
            {"a PNG cut off", [=] { io::read_image(file("cut.png")); }, Type::format,
             "{dir}/cut.png: the PNG is damaged: read beyond end of data"},
            {"a PGM cut off", [=] { io::read_image(file("cut.pgm")); }, Type::format,
             "{dir}/cut.pgm: at byte 11: 16 samples are announced, the file ends before"},
            {"a picture of numbers",
             [=] {
                 io::write_png(file("new.png"), ones({4, 4}));
             },
             Type::shape,
             "write_png: got float32 of shape (4, 4); expected uint8 (height, width) or (height, width, "
             "1, 3 or 4)"},
            {"a picture of two channels",
             [=] {
                 io::write_png(file("new.png"), zeros({4, 4, 2}, uint8));
             },
             Type::shape,
             "write_png: got uint8 of shape (4, 4, 2); expected uint8 (height, width) or (height, width, "
             "1, 3 or 4)"},
        },
        state_of(model)};
}

}  // namespace conformance::wrong_use
