package io.flinklm.producer;

import io.flinklm.lane.Split;

/** How the text of each lane is cut into records. */
interface RecordCut {

  /** Records of a lane in a split. */
  int count(Split split, int lane);

  /** Position at which a record begins; behind the last one, the lane's length. */
  int begin(Split split, int lane, int record);

  /** The record that holds a position. */
  int at(Split split, int lane, int position);

  /** The text between two positions. */
  byte[] text(Split split, int lane, int from, int to);
}
