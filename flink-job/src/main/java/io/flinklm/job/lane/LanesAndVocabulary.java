package io.flinklm.job.lane;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What text is read by: which keys are lanes, and which tokens have which ids. It is in every
 * checkpoint, because whoever went on with other ones would take good text for bad and write it to
 * dead letters before anything else is noticed.
 *
 * @param laneCount how many lanes
 * @param vocabulary its fingerprint
 */
record LanesAndVocabulary(int laneCount, String vocabulary) {
  private static final String KIND = "TEXT";

  // Version 1: lanes, fingerprint of the vocabulary.
  private static final int VERSION = 1;

  // Broadcast state, because a subtask of any new parallelism gets it: as would union list state,
  // but with that there are no checkpoints once the first subtask has come to its end.
  private static final MapStateDescriptor<String, byte[]> STATE =
      new MapStateDescriptor<>(
          "read-by", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final String ALL_TEXT = "all text";

  /**
   * Keeps it in an operator's state from now on.
   *
   * @throws RefusedException if there are others in it, or the blob is damaged
   */
  void keepIn(OperatorStateStore store) throws Exception {
    BroadcastState<String, byte[]> state = store.getBroadcastState(STATE);
    byte[] before = state.get(ALL_TEXT);
    // A checkpoint of a build that kept none of this has no blob.
    if (before != null) {
      requireSame(before);
    }
    state.put(ALL_TEXT, write());
  }

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(laneCount);
          out.writeUTF(vocabulary);
        });
  }

  /**
   * Makes sure that a checkpoint has the same.
   *
   * @throws RefusedException if it has others, or the blob is damaged
   */
  void requireSame(byte[] blob) {
    LanesAndVocabulary found =
        Blob.read(
            KIND,
            VERSION,
            blob,
            (in, version) -> new LanesAndVocabulary(in.readInt(), in.readUTF()));
    refuseOther("number of lanes", laneCount, found.laneCount);
    refuseOther("vocabulary (fingerprint)", vocabulary, found.vocabulary);
  }

  private static void refuseOther(String what, Object expected, Object found) {
    if (!found.equals(expected)) {
      throw new RefusedException(
          "the text was read with another " + what + ": expected " + expected + ", found " + found);
    }
  }
}
