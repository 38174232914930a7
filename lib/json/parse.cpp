#include "json/parse.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

#include "json/document_builder.h"
#include "json/source_text.h"

namespace janus_harness::json {
namespace {

constexpr unsigned parse_flags = rapidjson::kParseCommentsFlag |
                                 rapidjson::kParseTrailingCommasFlag |
                                 rapidjson::kParseFullPrecisionFlag;

// RapidJSON's stream over a text with a known end; a NUL byte cannot end it early because
// SourceText::find_bad_byte() refuses those first.
class TextStream {
  public:
    using Ch = char;
    explicit TextStream(std::string_view text) : text_(text) {}
    char Peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }
    char Take() {
        const char taken = Peek();
        if (offset_ < text_.size()) ++offset_;
        return taken;
    }
    std::size_t Tell() const { return offset_; }
    // The writing half of RapidJSON's stream concept, used for in-situ parsing only.
    char* PutBegin() { return nullptr; }
    void Put(char) {}
    void Flush() {}
    std::size_t PutEnd(char*) { return 0; }

  private:
    std::string_view text_;
    std::size_t offset_ = 0;
};

// Passes RapidJSON's SAX events on, each with the offset at which its token ended.
class Handler {
  public:
    Handler(DocumentBuilder& builder, const TextStream& stream)
        : builder_(builder), stream_(stream) {}

    bool Null() { return scalar({}); }
    bool Bool(bool value) { return scalar(make_boolean(value)); }
    bool Int(int value) { return scalar(make_integer(value)); }
    bool Uint(unsigned value) { return scalar(make_integer(value)); }
    bool Int64(std::int64_t value) { return scalar(make_integer(value)); }
    bool Uint64(std::uint64_t value) {
        if (value > static_cast<std::uint64_t>(INT64_MAX))
            return scalar(make_number(static_cast<double>(value)));
        return scalar(make_integer(static_cast<std::int64_t>(value)));
    }
    bool Double(double value) { return scalar(make_number(value)); }
    bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        return scalar(make_string({text, length}));
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        return builder_.key({text, length}, stream_.Tell());
    }
    bool StartObject() { return builder_.open(Kind::object, stream_.Tell()); }
    bool StartArray() { return builder_.open(Kind::array, stream_.Tell()); }
    bool EndObject(rapidjson::SizeType) { return builder_.close(stream_.Tell()); }
    bool EndArray(rapidjson::SizeType) { return builder_.close(stream_.Tell()); }

  private:
    bool scalar(Value value) { return builder_.scalar(std::move(value), stream_.Tell()); }

    DocumentBuilder& builder_;
    const TextStream& stream_;
};

void add_error(Diagnostics& diagnostics, const SourceText& source, std::size_t offset,
               std::string message) {
    const Position position = source.position(offset);
    diagnostics.push_back(
        {source.name(), position.line, position.column, "", std::move(message), ""});
}

std::string syntax_message(rapidjson::ParseErrorCode code, const SourceText& source,
                           std::size_t offset) {
    const bool at_end = offset >= source.text().size();
    const std::string found = at_end ? "the file ends here" : "found " + source.show(offset);
    switch (code) {
        case rapidjson::kParseErrorDocumentEmpty:
            return "the file holds no JSON value";
        case rapidjson::kParseErrorDocumentRootNotSingular:
            return fmt::format("nothing may follow the value of the file; {}", found);
        case rapidjson::kParseErrorValueInvalid:
            return fmt::format(
                "a value must stand here (an object, an array, a string in double "
                "quotes, a number, true, false or null); {}",
                found);
        case rapidjson::kParseErrorObjectMissName:
            return fmt::format("a key in double quotes or \"}}\" must stand here; {}", found);
        case rapidjson::kParseErrorObjectMissColon:
            return fmt::format("\":\" must follow the key; {}", found);
        case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
            return fmt::format("\",\" or \"}}\" must stand here; {}", found);
        case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
            return fmt::format("\",\" or \"]\" must stand here; {}", found);
        case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
            return "\\u must be followed by four hexadecimal digits";
        case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
            return "\\u names half of a surrogate pair";
        case rapidjson::kParseErrorNumberTooBig:
            return "the number is too big";
        case rapidjson::kParseErrorNumberMissFraction:
            return "digits must follow \".\"";
        case rapidjson::kParseErrorNumberMissExponent:
            return "digits must follow the exponent";
        default:
            return rapidjson::GetParseError_En(code);
    }
}

// Strings and comments end far from where they began; the beginning is the place to show.
void report_syntax_error(Diagnostics& diagnostics, const SourceText& source,
                         const rapidjson::ParseResult& failure, const DocumentBuilder& builder) {
    const std::size_t token = builder.next_token();
    switch (failure.Code()) {
        case rapidjson::kParseErrorStringMissQuotationMark:
            return add_error(diagnostics, source, token,
                             "the string that begins here has no closing quote");
        case rapidjson::kParseErrorUnspecificSyntaxError:
            return add_error(diagnostics, source,
                             source.comment_before(builder.end_of_last_token(), failure.Offset()),
                             failure.Offset() >= source.text().size()
                                 ? "the comment that begins here has no end (\"*/\")"
                                 : "a comment begins with \"//\" or \"/*\"");
        case rapidjson::kParseErrorStringEscapeInvalid:
            break;
        default:
            return add_error(diagnostics, source, failure.Offset(),
                             syntax_message(failure.Code(), source, failure.Offset()));
    }
    const char found = source.text()[failure.Offset()];
    if (found == '\n' || found == '\r')
        return add_error(diagnostics, source, token,
                         "the string that begins here has no closing quote on its line");
    if (found != '\\')
        return add_error(diagnostics, source, failure.Offset(),
                         "a control character in a string must be written as an escape (\\t, \\n, "
                         "\\u0001)");
    add_error(diagnostics, source, failure.Offset(),
              "unknown escape in a string; allowed: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
}

}  // namespace

std::optional<Document> parse(std::string_view text, const std::string& file_name,
                              Diagnostics& diagnostics) {
    const SourceText source{text, file_name};
    if (const auto bad = source.find_bad_byte()) {
        add_error(diagnostics, source, bad->offset, bad->message);
        return std::nullopt;
    }
    TextStream stream{source.text()};
    DocumentBuilder builder{source, diagnostics};
    Handler handler{builder, stream};
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<parse_flags>(stream, handler);
    if (result.IsError()) {
        // The builder has told already what made it stop the reader.
        if (result.Code() != rapidjson::kParseErrorTermination)
            report_syntax_error(diagnostics, source, result, builder);
        return std::nullopt;
    }
    return builder.take();
}

Result<Document> parse(std::string_view text, const std::string& file_name) {
    Diagnostics diagnostics;
    auto document = parse(text, file_name, diagnostics);
    if (!document || !diagnostics.empty()) return Error{"json_syntax", to_string(diagnostics)};
    return std::move(*document);
}

Value parse_scalar(std::string_view text) {
    Diagnostics ignored;
    auto document = parse(text, "", ignored);
    const bool is_scalar = document && ignored.empty() && document->root.kind != Kind::object &&
                           document->root.kind != Kind::array;
    if (!is_scalar) return make_string(std::string{text});
    document->root.location = {};
    return std::move(document->root);
}

}  // namespace janus_harness::json
