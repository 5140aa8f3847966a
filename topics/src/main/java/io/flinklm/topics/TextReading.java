package io.flinklm.topics;

import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.text.TextForm;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a record of the topic {@code text} says: text of a lane, or why it says nothing. {@link
 * TextRecordParser} reads it.
 */
public sealed interface TextReading {

  /** How many tokens the record has, be they text or not. */
  int tokens();

  /**
   * Where text stands in its lane.
   *
   * @param segment which the headers {@code epoch} and {@code split} name, or the first one
   * @param position of the first token in the segment; {@link #FOLLOWS} where no header names it
   */
  record Place(Segment segment, long position) {
    /** Position of text that follows whatever came before it. */
    public static final long FOLLOWS = -1;
  }

  /**
   * Text of a lane.
   *
   * @param lane which the key names
   * @param place of the text there
   * @param text what its tokens are in
   * @param form of the text
   */
  record Text(int lane, Place place, byte[] text, TextForm form) implements TextReading {

    // Counted when it is asked for: who looks up the tokens knows how many there are.
    @Override
    public int tokens() {
      return form.count(text);
    }

    /** The same record, refused by one who asks for more of text than that it can be read. */
    public Refused refused(Reason reason, String message) {
      return new Refused(OptionalInt.of(lane), Optional.of(place), tokens(), reason, message);
    }
  }

  /**
   * A record that cannot be used.
   *
   * @param lane which the key names; empty where it names none
   * @param place of the tokens in the lane; empty where a header cannot be read
   * @param tokens how many
   * @param reason why
   * @param message what is wrong, for whoever sent it
   */
  record Refused(OptionalInt lane, Optional<Place> place, int tokens, Reason reason, String message)
      implements TextReading {}
}
