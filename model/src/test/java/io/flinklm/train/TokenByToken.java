package io.flinklm.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One epoch in the order of {@link PlainLoop} that knows no token before somebody has said it: the
 * engine takes the steps, and what the model expects of each token is computed without it. So the
 * text may be there, or may come out of its own code.
 *
 * @param config of the training
 * @param lanes of the text
 */
record TokenByToken(TrainingConfig config, Lanes lanes) {

  /** Says the next token. */
  interface Source {
    /**
     * Says which token it is.
     *
     * @param place of it in the corpus
     * @param batch that it is a target of, from 0, of both splits; -1 where nobody predicts it
     * @param expected the probability of each id
     */
    int token(int place, int batch, double[] expected);
  }

  /** Trains on all tokens and gives them; -1 where no lane goes. */
  int[] train(Trainer trainer, Source source, int tokens) {
    int[] corpus = new int[tokens];
    Arrays.fill(corpus, -1);
    int batch = 0;
    for (Split split : Split.values()) {
      LstmByHand.State[] states = new LstmByHand.State[lanes.count()];
      Arrays.setAll(states, lane -> LstmByHand.State.zero(config.net()));
      for (int index = 0; index < lanes.windows(split); index++) {
        LstmByHand model = new LstmByHand(config.net(), trainer.weights().parameters());
        List<Chunk> chunks = new ArrayList<>();
        for (int lane = 0; lane < lanes.count(); lane++) {
          int from = lanes.start(split, lane) + index * lanes.bptt();
          if (index == 0) {
            corpus[from] = source.token(from, -1, uniform());
          }
          int[] window = new int[lanes.bptt() + 1];
          window[0] = corpus[from];
          for (int i = 0; i < lanes.bptt(); i++) {
            double[] expected = model.behind(window[i], states[lane]);
            window[i + 1] = source.token(from + i + 1, batch, expected);
            corpus[from + i + 1] = window[i + 1];
          }
          chunks.add(new Chunk(lane, new Segment(0, split), index, index == 0, window));
        }
        trainer.accept(new Batch(new Segment(0, split), index, chunks));
        batch++;
      }
    }
    return corpus;
  }

  private double[] uniform() {
    double[] uniform = new double[config.net().vocabulary()];
    Arrays.fill(uniform, 1.0 / uniform.length);
    return uniform;
  }
}
