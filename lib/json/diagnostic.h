#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace janus_harness::json {

// A place in a document. Line and column count from 1; a column is a character (a code point), not
// a byte. Line 0 means that the value stands in no file but was given otherwise (a `--set` option).
struct Position {
    std::size_t line = 0;
    std::size_t column = 0;
    std::size_t source = 0;  // index into Document::sources; 0 is the file itself
};

// A place together with its JSON pointer (RFC 6901), "" for the root.
struct Location {
    Position position;
    std::string pointer;
};

// One thing wrong in a document, for people and for scripts.
struct Diagnostic {
    std::string file;  // file name, or the option a value came from
    std::size_t line = 0;
    std::size_t column = 0;
    std::string pointer;
    std::string message;
    std::string allowed;  // what would be right; empty when the message says it all
};

using Diagnostics = std::vector<Diagnostic>;

// "file:line:column: message; allowed: …"; "file: message" where there is no line. One line always:
// control characters of the message are shown escaped.
std::string to_string(const Diagnostic& diagnostic);
// One line each, in the order of the file, without a newline at the end.
std::string to_string(const Diagnostics& diagnostics);
// Sorts by place, what came from options first; keeps the order of what stands in one place.
void sort_by_place(Diagnostics& diagnostics);

}  // namespace janus_harness::json
