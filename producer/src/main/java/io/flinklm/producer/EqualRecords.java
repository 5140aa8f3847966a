package io.flinklm.producer;

import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.text.TokenizedText;

/**
 * Records of as many tokens each, of a text that may be parted anywhere.
 *
 * @param text the whole text
 * @param lanes where each lane's text lies in it
 * @param tokens in a record; the last one of a lane has fewer
 */
record EqualRecords(TokenizedText text, Lanes lanes, int tokens) implements RecordCut {
  @Override
  public int count(Split split, int lane) {
    return -Math.floorDiv(-lanes.length(split, lane), tokens);
  }

  @Override
  public int begin(Split split, int lane, int record) {
    return (int) Math.min((long) record * tokens, lanes.length(split, lane));
  }

  @Override
  public int at(Split split, int lane, int position) {
    return position / tokens;
  }

  @Override
  public byte[] text(Split split, int lane, int from, int to) {
    int[] ids = new int[to - from];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = text.id(lanes.index(split, lane, from + i));
    }
    return text.tokenizer().bytes(ids);
  }
}
