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
 * @param text of the field; null where it cannot be had
 * @param wrong why, in words; null where nothing is wrong
 */
record JsonField(byte[] text, String wrong) {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads the field of a value.
   *
   * @param value of a record; null for none
   * @param onlyStrings whether a number or a boolean, whose text is its JSON, is refused
   */
  static JsonField read(String pointer, byte[] value, boolean onlyStrings) {
    if (value == null) {
      return wrong("the record has no value; expected JSON with " + kinds(onlyStrings, pointer));
    }
    String expected = "JSON with " + kinds(onlyStrings, pointer);
    return RegistryFraming.in(value, expected)
        .map(JsonField::wrong)
        .orElseGet(() -> readJson(pointer, value, onlyStrings));
  }

  private static JsonField readJson(String pointer, byte[] value, boolean onlyStrings) {
    try (JsonParser whole = JSON.createParser(value)) {
      JsonParser field =
          new FilteringParserDelegate(
              whole,
              new JsonPointerBasedFilter(JsonPointer.compile(pointer)),
              Inclusion.ONLY_INCLUDE_ALL,
              false);
      JsonToken found = field.nextToken();
      String text = found == null || !isText(found, onlyStrings) ? null : field.getText();
      requireNoMore(whole);
      return text == null ? wrong(refusal(pointer, found, onlyStrings)) : ofText(pointer, text);
    } catch (JsonProcessingException e) {
      return wrong("it is no JSON, so it has no field " + pointer + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      return wrong("it is no JSON, so it has no field " + pointer + ": " + e.getMessage());
    }
  }

  private static boolean isText(JsonToken found, boolean onlyStrings) {
    return found == JsonToken.VALUE_STRING
        || (!onlyStrings && (found.isNumeric() || found.isBoolean()));
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

  private static JsonField ofText(String pointer, String text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return new JsonField(bytes, null);
    } catch (CharacterCodingException e) {
      return wrong("the field " + pointer + " has half of a surrogate pair in it, no character");
    }
  }

  private static String refusal(String pointer, JsonToken found, boolean onlyStrings) {
    String expected = "; expected " + kinds(onlyStrings, pointer);
    return found == null
        ? "the field " + pointer + " is missing" + expected
        : "the field " + pointer + " is " + kind(found) + expected;
  }

  private static String kinds(boolean onlyStrings, String pointer) {
    return (onlyStrings ? "a string at " : "a string, a number or a boolean at ") + pointer;
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> "a number";
    };
  }

  private static JsonField wrong(String why) {
    return new JsonField(null, why);
  }
}
