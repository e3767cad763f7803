#pragma once

#include <keratin/core/config.hpp>
#include <keratin/core/error.hpp>
#include <keratin/core/random.hpp>
#include <keratin/core/tensor.hpp>
#include <keratin/models/model.hpp>

#include <string>
#include <utility>
#include <vector>

namespace keratin {

/// All that training needs to go on: tensors by name, and the rest. Models are known by the order and the
/// names of their variables, automatic numbers left out, for these differ from one object to the next.
struct TrainingCheckpoint {
    std::vector<std::pair<std::string, Tensor>> tensors;  ///< "model/..", "callback/.." and so on
    Config state;            ///< random generators; and, when it was taken inside of a fit(), the "run"
    std::string incomplete;  ///< why a fit() could not go on from it; empty when it could
};

/// Model, optimizer and random generators: what there is outside of a fit().
TrainingCheckpoint collect(Model& model);

/// A checkpoint and where it came from, about to be taken over by a model.
class Restoring {
public:
    /// Throws ValueError, naming `file` and saying what differs, when it is of another model or optimizer;
    /// nothing is changed.
    Restoring(Model& model, const TrainingCheckpoint& checkpoint, std::string file);

    void assign_variables() const;
    void restore_generators() const;
    const Config* run() const { return checkpoint_.state.find("run"); }  ///< null without
    std::vector<Tensor> tensors_of_callback(size_t index) const;
    const std::vector<std::pair<std::string, Tensor>>& tensors() const { return checkpoint_.tensors; }
    [[noreturn]] void unfit(const std::string& what) const;

private:
    void match(const char* part, const std::vector<Variable>& variables);

    const TrainingCheckpoint& checkpoint_;
    const std::string file_;
    std::vector<std::pair<Variable, Tensor>> values_;
    std::vector<std::pair<SeedGenerator, SeedGenerator::Draw>> places_;
};

/// Writes one as a safetensors file with a checksum over every byte, safely: see AtomicFile. What stood at
/// `path` is kept as `previous`, unless that is empty. Throws IoError.
void write_checkpoint(const std::string& path, const TrainingCheckpoint& checkpoint,
                      const std::string& previous = {});
/// A checkpoint that a later version of keratin wrote: there is nothing wrong with it.
class LaterFormat : public FormatError {
public:
    using FormatError::FormatError;
};

/// Throws IoError, LaterFormat, and FormatError for a file that is no checkpoint or damaged in any byte.
TrainingCheckpoint read_checkpoint(const std::string& path);
/// The one at `path` or, when it is damaged or missing, the other, unless that is "". Says so on standard
/// error and gives the other the name, for the next checkpoint would have to move the damaged one over the
/// good one; that is kept as ".damaged". Throws what read_checkpoint() throws; no file has another name then.
TrainingCheckpoint read_newest_checkpoint(const std::string& path, const std::string& otherwise);

}  // namespace keratin
