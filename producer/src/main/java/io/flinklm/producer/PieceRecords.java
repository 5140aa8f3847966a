package io.flinklm.producer;

import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.text.TextPieces;

/**
 * A record for each piece of a text, as it stands there: whoever cuts it into tokens again finds
 * the same ones.
 *
 * @param pieces of the whole text
 * @param lanes where each lane's text lies in it
 */
record PieceRecords(TextPieces pieces, Lanes lanes) implements RecordCut {
  @Override
  public int count(Split split, int lane) {
    return at(split, lane, lanes.length(split, lane));
  }

  @Override
  public int begin(Split split, int lane, int record) {
    int last = Math.min(record, count(split, lane));
    return pieces.start(first(split, lane) + last) - lanes.start(split, lane);
  }

  @Override
  public int at(Split split, int lane, int position) {
    return pieces.at(lanes.start(split, lane) + position) - first(split, lane);
  }

  @Override
  public byte[] text(Split split, int lane, int from, int to) {
    int first = pieces.at(lanes.start(split, lane) + from);
    int behind = pieces.at(lanes.start(split, lane) + to);
    // No record of ours ends within a piece.
    boolean whole =
        pieces.start(first) == lanes.start(split, lane) + from
            && pieces.start(behind) == lanes.start(split, lane) + to;
    return whole ? pieces.bytes(first, behind) : new byte[0];
  }

  private int first(Split split, int lane) {
    return pieces.at(lanes.start(split, lane));
  }
}
