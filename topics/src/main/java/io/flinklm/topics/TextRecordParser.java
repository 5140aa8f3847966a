package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.Quotation;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.TextForm;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The one reader of the topic {@code text}: what a record's key, headers and value say. Whoever
 * reads the topic reads it so, and so all agree about what is text.
 *
 * @param laneCount how many there are; a key of another lane is refused
 * @param form of the text
 */
public record TextRecordParser(int laneCount, TextForm form) {
  /** The header that names the epoch of a record's text. */
  public static final String EPOCH = "epoch";

  /** The header that names the split of a record's text. */
  public static final String SPLIT = "split";

  /** The header that names the position of a record's first token in its segment. */
  public static final String POSITION = "position";

  // Half of what a long holds, so that nobody who adds to a position overflows.
  private static final long LARGEST_POSITION = Long.MAX_VALUE / 2;

  /**
   * Reads a record. Each of its parts may be missing, which is null.
   *
   * @param headers the value of the last header of a name
   */
  public TextReading read(byte[] key, byte[] value, Function<String, byte[]> headers) {
    return read(RecordContent.of(key, value), value, headers);
  }

  /**
   * Reads a record by what its format says of it.
   *
   * @param received its value, which is what is counted where there is no text
   */
  public TextReading read(
      RecordContent content, byte[] received, Function<String, byte[]> headers) {
    byte[] value = content.counted(received);
    if (content.wrongKey() != null) {
      return refused(OptionalInt.empty(), value, Reason.BAD_KEY, content.wrongKey());
    }
    byte[] key = content.key();
    OptionalInt lane = LaneKey.lane(key);
    if (lane.isEmpty() || lane.getAsInt() >= laneCount) {
      return refused(OptionalInt.empty(), value, Reason.BAD_KEY, wrongKey(key));
    }
    byte[] epochHeader = headers.apply(EPOCH);
    byte[] splitHeader = headers.apply(SPLIT);
    byte[] positionHeader = headers.apply(POSITION);
    OptionalLong epoch = number(epochHeader, 0, Integer.MAX_VALUE);
    Optional<Split> split =
        splitHeader == null ? Optional.of(Split.TRAIN) : Split.find(new String(splitHeader, UTF_8));
    OptionalLong position = number(positionHeader, Place.FOLLOWS, LARGEST_POSITION);
    if (epoch.isEmpty()) {
      return refused(lane, value, Reason.BAD_HEADER, wrongNumber(EPOCH, epochHeader));
    }
    if (split.isEmpty()) {
      String message = "header " + Split.wrong(new String(splitHeader, UTF_8));
      return refused(lane, value, Reason.BAD_HEADER, message);
    }
    if (position.isEmpty()) {
      return refused(lane, value, Reason.BAD_HEADER, wrongNumber(POSITION, positionHeader));
    }
    Segment segment = new Segment((int) epoch.getAsLong(), split.get());
    Place place = new Place(segment, position.getAsLong());
    byte[] own = textOf(value);
    Text text = new Text(lane.getAsInt(), place, own, form);
    if (content.wrongText() != null) {
      return text.refused(Reason.BAD_TEXT, content.wrongText());
    }
    if (value == null) {
      return text.refused(Reason.BAD_TEXT, "the record has no value; expected UTF-8 text");
    }
    // Of bytes each one may be meant: there a zero byte is text.
    Optional<String> unreadable =
        form.whyUnreadable(own).map(why -> RegistryFraming.nameIn(own, why));
    return unreadable.isPresent() ? text.refused(Reason.BAD_TEXT, unreadable.get()) : text;
  }

  private byte[] textOf(byte[] value) {
    return value == null ? new byte[0] : form.textOf(value);
  }

  private Refused refused(OptionalInt lane, byte[] value, Reason reason, String message) {
    return new Refused(lane, Optional.empty(), form.count(textOf(value)), reason, message);
  }

  private static OptionalLong number(byte[] header, long otherwise, long largest) {
    return header == null ? OptionalLong.of(otherwise) : Decimal.parse(header, largest);
  }

  private static String wrongNumber(String header, byte[] found) {
    return "header "
        + header
        + " must be a whole number of 0 or more in decimal; found "
        + Quotation.of(new String(found, UTF_8));
  }

  private String wrongKey(byte[] key) {
    String found = "there is none";
    if (key != null) {
      String text = new String(key, UTF_8);
      // A lane's number in another form may lie in another partition than the lane's own key, and
      // then no order is sure.
      found =
          "found "
              + Quotation.of(text)
              + meant(text).map(lane -> ", not '" + lane + "'").orElse("");
    }
    return "the key must be the number of a lane, 0 to "
        + (laneCount - 1)
        + ", in decimal; "
        + found;
  }

  /** The lane that Java reads in a key that is not in the form of one. */
  private Optional<Integer> meant(String key) {
    try {
      return Optional.of(Integer.parseInt(key)).filter(lane -> lane >= 0 && lane < laneCount);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
