package io.flinklm.cli.run;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.lane.Lanes;
import io.flinklm.net.MachineKind;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.TokenizerKind;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.TopicNaming;
import io.flinklm.train.CodeLength;
import io.flinklm.train.TrainingConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run through the stream was started with and that going on with it needs: the file
 * {@code run.json} in its output directory.
 *
 * @param model and how it learns
 * @param epochs passes over the text; 0 for without end
 * @param steps of the run; 0 for a stream without end
 * @param corpus files of the text; null for the human numbers
 * @param bootstrap address of Kafka; null for the one in this process
 * @param partitions of the topic text
 * @param produces whether the run writes the text itself
 * @param tokens that the run takes in all; -1 if not known
 * @param bytes of text that the run takes in all; -1 if not known
 * @param start offset of the first record of text, by partition
 * @param end offset behind the last record of text, by partition; null for a run without end
 * @param prompts texts to continue at the end
 * @param finished whether the run has come to its end
 * @param machine the kind of machine that the run was last started on; null in a run of before this
 *     was kept
 * @param scores whether records of text are scored, which is a part of the job that a checkpoint
 *     has state of
 * @param alerts deviations that make a score an alert, which is a part of the job too; null for
 *     none
 * @param prequential whether all new text is evaluated before it is trained on
 * @param lineage of the training, by which its reports are known from those of others
 * @param topics what its topics and consumer groups are called
 * @param format of the records of text
 * @param tokenizer the name of its tokenizer
 * @param validShare share of the text that is evaluated and not trained on, where the run writes it
 * @param codeLength of its text, once the run has come to its end; null where that is not known
 * @param streams how streams are trained on; null for a run on lanes
 */
public record RunSettings(
    ModelSettings model,
    int epochs,
    long steps,
    @JsonFormat(
            with = {
              JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
              JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
            })
        List<String> corpus,
    String bootstrap,
    int partitions,
    boolean produces,
    long tokens,
    long bytes,
    Map<Integer, Long> start,
    Map<Integer, Long> end,
    List<String> prompts,
    boolean finished,
    MachineKind machine,
    boolean scores,
    Double alerts,
    boolean prequential,
    String lineage,
    TopicNaming topics,
    RecordFormat format,
    String tokenizer,
    double validShare,
    CodeLength codeLength,
    StreamOptions streams) {

  /** A number of tokens or bytes that is not known. */
  public static final long UNKNOWN = -1;

  /** A run over the human numbers that publishes them itself. */
  public static RunSettings ofNumbers(
      ModelSettings model, Lanes lanes, int epochs, int partitions) {
    return new RunSettings(
        model,
        epochs,
        lanes.steps(epochs),
        null,
        null,
        partitions,
        true,
        epochs * lanes.tokensPerEpoch(),
        UNKNOWN,
        Map.of(),
        null,
        List.of(),
        false,
        model.machine(),
        false,
        null,
        false,
        Lineage.draw().name(),
        TopicNaming.PLAIN,
        RecordFormat.PLAIN,
        TokenizerKind.WORDS.label(),
        Lanes.VALID_SHARE,
        null,
        null);
  }

  /** Files of the text; none for the human numbers. */
  public List<Path> corpusFiles() {
    return corpus == null ? List.of() : corpus.stream().map(Path::of).toList();
  }

  /** Whether several replicas train, which tell each other of their rounds. */
  public boolean hasReplicas() {
    return model.replication().isShared();
  }

  /** The configuration of the training for so many distinct tokens. */
  TrainingConfig trainingConfig(int vocabulary) {
    return model.trainingConfig(vocabulary, steps);
  }

  /** The same with its place in the topic text, behind what is there. */
  public RunSettings publishing(LanePlan plan, Map<Integer, Long> from) {
    return copy(model, from, epochs == 0 ? null : end(plan, from), machine, scores, prequential);
  }

  /** The same with its place in the topic text, where that is known otherwise. */
  public RunSettings placed(Map<Integer, Long> from, Map<Integer, Long> to) {
    return copy(model, from, to, machine, scores, prequential);
  }

  private static Map<Integer, Long> end(LanePlan plan, Map<Integer, Long> start) {
    Map<Integer, Long> end = new HashMap<>();
    plan.recordsPerPartition(start.size())
        .forEach((partition, records) -> end.put(partition, start.get(partition) + records));
    return end;
  }

  RunSettings asFinished(CodeLength ofText) {
    return copy(model, start, end, true, machine, scores, alerts, prequential, ofText);
  }

  /** The same, gone on with on a kind of machine by a model that may learn in another way. */
  public RunSettings resumed(ModelSettings other, MachineKind here) {
    return copy(other, start, end, here, scores, prequential);
  }

  /** One line for a person where a run goes on on another kind of machine than before. */
  public Optional<String> warningOn(MachineKind here) {
    return machine == null || machine.equals(here)
        ? Optional.empty()
        : Optional.of(
            "this run was last on another kind of machine (%s; here: %s): the last bits of its weights may differ from those of a run that stays on one kind"
                .formatted(machine.toClause(), here.toClause()));
  }

  /**
   * The same, whose records are scored from now on if they were not before.
   *
   * @param deviations that make a score an alert; empty for as before
   */
  public RunSettings withScores(boolean wanted, Optional<Double> deviations) {
    return copy(
        model,
        start,
        end,
        finished,
        machine,
        scores || wanted,
        deviations.orElse(alerts),
        prequential,
        codeLength);
  }

  /** The same, all of whose new text is evaluated first from now on if it was not before. */
  public RunSettings withPrequential(boolean wanted) {
    return copy(model, start, end, machine, scores, prequential || wanted);
  }

  private RunSettings copy(
      ModelSettings of,
      Map<Integer, Long> from,
      Map<Integer, Long> to,
      MachineKind on,
      boolean scored,
      boolean tested) {
    return copy(of, from, to, finished, on, scored, alerts, tested, codeLength);
  }

  private RunSettings copy(
      ModelSettings of,
      Map<Integer, Long> from,
      Map<Integer, Long> to,
      boolean over,
      MachineKind on,
      boolean scored,
      Double alerting,
      boolean tested,
      CodeLength code) {
    return new RunSettings(
        of,
        epochs,
        steps,
        corpus,
        bootstrap,
        partitions,
        produces,
        tokens,
        bytes,
        from,
        to,
        prompts,
        over,
        on,
        scored,
        alerting,
        tested,
        lineage,
        topics,
        format,
        tokenizer,
        validShare,
        code,
        streams);
  }
}
