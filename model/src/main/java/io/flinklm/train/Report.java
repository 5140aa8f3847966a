package io.flinklm.train;

import io.flinklm.net.MachineKind;
import java.util.Map;

/**
 * What the world learns of a training at one moment: after a batch, at the end of a segment, at the
 * end of the run, and how it stands when weights leave it. {@link ReportJson} has its JSON, which
 * is the value of a record in the topic {@code metrics}.
 */
public sealed interface Report {

  /** How far the training has come and how well it does. */
  TrainingNumbers numbers();

  /**
   * Lineage of the training that reports, which no other training has; null where nobody said it,
   * as in reports of builds from before it was reported.
   */
  String lineage();

  /** A report of the same kind, with other numbers and of another training. */
  Report with(TrainingNumbers numbers, String lineage);

  /** One batch was trained on or scored; loss and accuracy are those of the batch. */
  record Step(TrainingNumbers numbers, String lineage) implements Report {
    @Override
    public Step with(TrainingNumbers others, String training) {
      return new Step(others, training);
    }
  }

  /** A segment is finished; loss and accuracy are means over all of it. */
  record SegmentEnd(TrainingNumbers numbers, String lineage) implements Report {
    @Override
    public SegmentEnd with(TrainingNumbers others, String training) {
      return new SegmentEnd(others, training);
    }
  }

  /**
   * The run is over; loss and accuracy are those of the last scored segment.
   *
   * @param weightsSha256 of the weights; null where nothing was trained
   * @param hiddenStatesSha256 of all lanes' hidden states; null likewise
   * @param machine the kind of machine that trained; null in reports of builds from before it was
   *     reported
   */
  record RunEnd(
      TrainingNumbers numbers,
      String lineage,
      String weightsSha256,
      String hiddenStatesSha256,
      MachineKind machine)
      implements Report {
    @Override
    public RunEnd with(TrainingNumbers others, String training) {
      return new RunEnd(others, training, weightsSha256, hiddenStatesSha256, machine);
    }
  }

  /**
   * How the training stands when weights leave it; loss and accuracy are those of the last scored
   * segment.
   *
   * @param weightsSha256 of the weights
   * @param machine the kind of machine that trains; null where it is said elsewhere
   */
  record Standing(
      TrainingNumbers numbers, String lineage, String weightsSha256, MachineKind machine)
      implements Report {
    @Override
    public Standing with(TrainingNumbers others, String training) {
      return new Standing(others, training, weightsSha256, machine);
    }
  }

  /** The same without times and lineage, which no two trainings have the same. */
  default Report withoutTime() {
    return with(numbers().withoutTime(), null);
  }

  /** The same, of a training with this lineage; null for none. */
  default Report of(String training) {
    return with(numbers(), training);
  }

  /** How many tokens were refused, without the tails of segments, which nobody can help. */
  default long refusedBesideTails() {
    return numbers().refusedBesideTails();
  }

  // The numbers that most readers of a report want.

  default String model() {
    return numbers().model();
  }

  default long step() {
    return numbers().step();
  }

  default int epoch() {
    return numbers().epoch();
  }

  default String split() {
    return numbers().split();
  }

  default int index() {
    return numbers().index();
  }

  default int laneCount() {
    return numbers().laneCount();
  }

  default double loss() {
    return numbers().loss();
  }

  default double accuracy() {
    return numbers().accuracy();
  }

  default double trainLoss() {
    return numbers().trainLoss();
  }

  default long tokensTrained() {
    return numbers().tokensTrained();
  }

  default long tokensScored() {
    return numbers().tokensScored();
  }

  default Map<String, Long> tokensRefused() {
    return numbers().tokensRefused();
  }

  /** Those of bytes; of none in a report of a build from before they were counted. */
  default ByteNumbers bytes() {
    return numbers().bytes() == null ? ByteNumbers.NONE : numbers().bytes();
  }

  default double seconds() {
    return numbers().seconds();
  }
}
