package io.flinklm.text;

import java.io.Serializable;
import java.util.Optional;

/** What is text, and how many tokens it is, whatever ids they have. */
public interface TextForm extends Serializable {

  /** The text of a record's value: all of it, but for what is no text at its beginning. */
  byte[] textOf(byte[] value);

  /** Why bytes are not text; empty where they are. */
  Optional<String> whyUnreadable(byte[] text);

  /** How many tokens the bytes are, be they text or not: refused tokens are counted too. */
  int count(byte[] text);

  /** The beginning of a text, as long as a prompt is. */
  String beginning(byte[] text);
}
