package io.flinklm.predict;

import io.flinklm.lane.HiddenState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * What a prediction remembers of a text: a hidden state, and the tokens behind it that the model
 * has not read yet. A recurrent model has read all but the last token; one without memory has no
 * hidden state, and all that it needs are the tokens of its last window.
 *
 * @param state behind what was read; without parts for zero
 * @param unread ids of the tokens that follow
 */
public record Memory(HiddenState state, int[] unread) {
  /** Of no text at all. */
  public static final Memory NONE = new Memory(new HiddenState(List.of()), new int[0]);

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    state.write(out);
    out.writeInt(unread.length);
    for (int id : unread) {
      out.writeInt(id);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Memory read(DataInput in) throws IOException {
    HiddenState state = HiddenState.read(in);
    int[] unread = new int[in.readInt()];
    for (int i = 0; i < unread.length; i++) {
      unread[i] = in.readInt();
    }
    return new Memory(state, unread);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Memory that
        && state.equals(that.state)
        && Arrays.equals(unread, that.unread);
  }

  @Override
  public int hashCode() {
    return 31 * state.hashCode() + Arrays.hashCode(unread);
  }
}
