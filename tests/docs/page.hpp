#pragma once

/// What the program made of a page of the documentation (page.awk) needs.
namespace docs {

/// From here on standard output goes to a file that printed() reads.
void begin(const char* page);
/// Runs the block that begins in this line as the first of a process: names count from the start, and random
/// numbers are those of a fixed seed.
void run(int line, void (*block)());
/// The output since the block's begin or the last call must end with this text, line by line; "..." stands
/// for anything within a line.
void printed(int line, const char* claim);
/// The exit code: 1 when a claim did not hold.
int end();

}  // namespace docs
