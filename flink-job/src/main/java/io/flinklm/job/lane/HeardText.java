package io.flinklm.job.lane;

import io.flinklm.lane.Segment;
import io.flinklm.topics.TextReading;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.topics.TextReading.Refused;
import io.flinklm.topics.TextReading.Text;
import java.util.Optional;

/**
 * What a record says of the lane that it is of: where its text stands, and how much it is.
 *
 * @param segment null for that of a record whose place is not known
 * @param position as in {@link Place}
 * @param refused whether training has no use for it
 */
record HeardText(int lane, Segment segment, long position, int tokens, boolean refused) {

  /** What a record says; empty if it is of no lane. */
  static Optional<HeardText> of(TokenizedRecord record) {
    TextReading reading = record.reading();
    if (reading instanceof Text text) {
      Place place = text.place();
      int tokens = record.tokens().ids().length;
      return Optional.of(
          new HeardText(text.lane(), place.segment(), place.position(), tokens, false));
    }
    if (reading instanceof Refused refused && refused.lane().isPresent()) {
      return Optional.of(
          new HeardText(
              refused.lane().getAsInt(),
              refused.place().map(Place::segment).orElse(null),
              refused.place().map(Place::position).orElse(Place.FOLLOWS),
              refused.tokens(),
              true));
    }
    return Optional.empty();
  }
}
