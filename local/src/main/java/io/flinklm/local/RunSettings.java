package io.flinklm.local;

import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Fit;
import io.flinklm.train.Schedule;
import io.flinklm.train.TrainingConfig;
import java.util.List;
import java.util.Map;

/**
 * All that a run through the stream was started with and that going on with it needs: the file
 * {@code run.json} in its output directory.
 *
 * @param model name of the model
 * @param epochs passes over the text; 0 for without end
 * @param steps of the one cycle; 0 for the schedule of a stream without end
 * @param lanes how many
 * @param bptt tokens in a window
 * @param hidden width of the model
 * @param layers of the model
 * @param seed of every random number
 * @param device {@code auto}, {@code cpu} or {@code gpu}
 * @param cell {@code engine} or {@code scratch}
 * @param corpus file of the text; null for the human numbers
 * @param bootstrap address of Kafka; null for the one in this process
 * @param partitions of the topic text
 * @param produces whether the run writes the text itself
 * @param tokens that the run takes in all; -1 if not known
 * @param start offset of the first record of text, by partition
 * @param end offset behind the last record of text, by partition; null for a run without end
 * @param prompts texts to continue at the end
 * @param finished whether the run has come to its end
 */
record RunSettings(
    String model,
    int epochs,
    long steps,
    int lanes,
    int bptt,
    int hidden,
    int layers,
    long seed,
    String device,
    String cell,
    String corpus,
    String bootstrap,
    int partitions,
    boolean produces,
    long tokens,
    Map<Integer, Long> start,
    Map<Integer, Long> end,
    List<String> prompts,
    boolean finished) {

  static final long UNKNOWN = -1;

  /** The configuration of the training for so many distinct tokens. */
  TrainingConfig trainingConfig(int vocabulary) {
    Fit fit = Fit.of(model);
    Schedule schedule = steps == 0 ? fit.continuous() : fit.oneCycle(steps);
    NetConfig net = new NetConfig(model, vocabulary, hidden, layers, fit.dropout());
    return TrainingConfig.of(fit, net, lanes, bptt, seed, schedule, Cell.of(cell));
  }

  RunSettings withOffsets(Map<Integer, Long> from, Map<Integer, Long> to) {
    return new RunSettings(
        model,
        epochs,
        steps,
        lanes,
        bptt,
        hidden,
        layers,
        seed,
        device,
        cell,
        corpus,
        bootstrap,
        partitions,
        produces,
        tokens,
        from,
        to,
        prompts,
        finished);
  }

  RunSettings asFinished() {
    return new RunSettings(
        model,
        epochs,
        steps,
        lanes,
        bptt,
        hidden,
        layers,
        seed,
        device,
        cell,
        corpus,
        bootstrap,
        partitions,
        produces,
        tokens,
        start,
        end,
        prompts,
        true);
  }
}
