package io.flinklm.topics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.filter.FilteringParserDelegate;
import com.fasterxml.jackson.core.filter.JsonPointerBasedFilter;
import com.fasterxml.jackson.core.filter.TokenFilter.Inclusion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The field of a JSON value that a JSON Pointer (RFC 6901) names, as UTF-8; or why it cannot be
 * had.
 *
 * @param text of the field; of what is no string, its JSON; null where it cannot be had
 * @param isNumber whether it is a number
 * @param wrong why, in words; null where nothing is wrong
 */
record JsonField(byte[] text, boolean isNumber, String wrong) {
  private static final JsonFactory JSON = new JsonFactory();

  /** What a field may be. */
  enum Kind {
    /** Text. */
    TEXT("a string"),
    /** A name. */
    KEY("a string, a number or a boolean"),
    /** A time. */
    TIME(TimeField.EXPECTED);

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private boolean allows(JsonToken found) {
      return switch (this) {
        case TEXT -> found == JsonToken.VALUE_STRING;
        case KEY -> found == JsonToken.VALUE_STRING || found.isNumeric() || found.isBoolean();
        case TIME -> found == JsonToken.VALUE_STRING || found == JsonToken.VALUE_NUMBER_INT;
      };
    }

    private String at(String pointer) {
      return words + " at " + pointer;
    }
  }

  /** What is in no field. */
  static JsonField whole(byte[] bytes) {
    return new JsonField(bytes, false, null);
  }

  /**
   * Reads the field of a value.
   *
   * @param value of a record; null for none
   * @param kind of the field; what is of none of its kinds is refused
   */
  static JsonField read(String pointer, byte[] value, Kind kind) {
    String expected = "JSON with " + kind.at(pointer);
    if (value == null) {
      return wrong("the record has no value; expected " + expected);
    }
    return RegistryFraming.in(value, expected)
        .map(JsonField::wrong)
        .orElseGet(() -> readJson(pointer, value, kind));
  }

  private static JsonField readJson(String pointer, byte[] value, Kind kind) {
    try (JsonParser whole = JSON.createParser(value)) {
      JsonParser field =
          new FilteringParserDelegate(
              whole,
              new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
              Inclusion.ONLY_INCLUDE_ALL,
              false);
      JsonToken found = field.nextToken();
      String text = found == null || !kind.allows(found) ? null : field.getText();
      requireNoMore(whole);
      return text == null
          ? wrong(refusal(pointer, found, kind))
          : ofText(pointer, text, found.isNumeric());
    } catch (JsonProcessingException e) {
      return wrong("it is no JSON, so it has no field " + pointer + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      return wrong("it is no JSON, so it has no field " + pointer + ": " + e.getMessage());
    }
  }

  // Whoever stops at the field takes a record for JSON that is broken behind it.
  private static void requireNoMore(JsonParser whole) throws IOException {
    boolean ended = whole.currentToken() == null || whole.getParsingContext().inRoot();
    while (whole.nextToken() != null) {
      if (ended) {
        throw new IOException("there is more behind its end");
      }
      ended = whole.getParsingContext().inRoot();
    }
  }

  private static JsonField ofText(String pointer, String text, boolean isNumber) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return new JsonField(bytes, isNumber, null);
    } catch (CharacterCodingException e) {
      return wrong("the field " + pointer + " has half of a surrogate pair in it, no character");
    }
  }

  private static String refusal(String pointer, JsonToken found, Kind kind) {
    String expected = "; expected " + kind.at(pointer);
    return found == null
        ? "the field " + pointer + " is missing" + expected
        : "the field " + pointer + " is " + nameOf(found) + expected;
  }

  private static String nameOf(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "a number";
    };
  }

  private static JsonField wrong(String why) {
    return new JsonField(null, false, why);
  }
}
