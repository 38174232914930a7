#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "json/diagnostic.h"
#include "json/source_text.h"
#include "json/value.h"

namespace janus_harness::json {

// Builds a Document from the events of a SAX reader. Each event comes with the offset at which its
// token ended; where it began follows from the end of the token before. False stops the reader.
class DocumentBuilder {
  public:
    DocumentBuilder(const SourceText& source, Diagnostics& diagnostics)
        : source_(source), diagnostics_(diagnostics) {}

    bool scalar(Value value, std::size_t end);
    bool key(std::string name, std::size_t end);
    bool open(Kind kind, std::size_t end);  // Kind::object or Kind::array
    bool close(std::size_t end);

    // Where the token after the last complete one begins.
    std::size_t next_token() const { return source_.skip_to_token(end_of_last_); }
    std::size_t end_of_last_token() const { return end_of_last_; }
    // The document, once the reader has finished without an error.
    Document take();

  private:
    // Puts the value into the innermost open container, or makes it the root.
    Value& place(Value value);
    std::string pointer_of_next() const;
    bool report(std::size_t offset, std::string pointer, std::string message);

    const SourceText& source_;
    Diagnostics& diagnostics_;
    Value root_;
    // Containers not closed yet. Their addresses are stable: a container gets no further element
    // while one of its elements is open.
    std::vector<Value*> open_;
    std::string pending_key_;
    Location pending_key_location_;
    bool pending_key_is_duplicate_ = false;
    std::deque<Value> discarded_;  // the values of duplicate keys; addresses stay valid
    std::size_t end_of_last_ = 0;
};

}  // namespace janus_harness::json
