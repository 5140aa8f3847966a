package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.kafka.Topics;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.train.JobOptions;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** The picture of the job in docs/ARCHITECTURE.md, which has to be the job. */
class TourTest {
  private static final Path TOUR = Path.of("..", "docs", "ARCHITECTURE.md");
  private static final String PICTURE = "flowchart LR\n";
  private static final String OURS = "io.flinklm.";

  private static final String BOX = "(\\w+)(?:\\W*\\[[^\\]]*])?";
  private static final Pattern ARROW =
      Pattern.compile("^ *" + BOX + " -->(?:\\|\\w+\\|)? (\\w+)", Pattern.MULTILINE);
  private static final Pattern OPERATOR = Pattern.compile("\"(\\w+)<br>([\\w.]+)\"");

  private final Collection<StreamNode> nodes = job().getStreamGraph(false).getStreamNodes();

  @Test
  void arrowsAreThoseOfTheJob() throws IOException {
    Map<Integer, String> uids =
        nodes.stream()
            .collect(Collectors.toMap(StreamNode::getId, StreamNode::getTransformationUID));
    Set<String> ofJob =
        nodes.stream()
            .flatMap(node -> node.getInEdges().stream())
            .map(edge -> uids.get(edge.getSourceId()) + " to " + uids.get(edge.getTargetId()))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> drawn =
        matches(ARROW)
            .map(arrow -> arrow.group(1) + " to " + arrow.group(2))
            .map(arrow -> arrow.replace('_', '-'))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(drawn).isEqualTo(ofJob);
  }

  @Test
  void operatorsStandWithTheirPackages() throws IOException {
    Set<String> ofJob =
        nodes.stream()
            .filter(node -> packageOf(node).startsWith(OURS))
            .map(
                node ->
                    node.getTransformationUID() + " in " + packageOf(node).substring(OURS.length()))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> drawn =
        matches(OPERATOR)
            .map(operator -> operator.group(1) + " in " + operator.group(2))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(drawn).isEqualTo(ofJob);
  }

  private static Stream<MatchResult> matches(Pattern pattern) throws IOException {
    String tour = Files.readString(TOUR);
    int start = tour.indexOf(PICTURE);
    assertThat(start).as("where %s has its picture", TOUR).isPositive();
    return pattern.matcher(tour.substring(start, tour.indexOf("```", start))).results();
  }

  private String packageOf(StreamNode node) {
    return node.getOperatorFactory()
        .getStreamOperatorClass(getClass().getClassLoader())
        .getPackageName();
  }

  /** The job with all that it can have. */
  private static StreamExecutionEnvironment job() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
    new TrainingJob(
            SmallText.of(0).config(),
            SmallText.VOCABULARY,
            Optional.empty(),
            JobOptions.of(DeviceChoice.CPU, "nonfinite"),
            new Endpoints(
                PartitionedText.of(List.of(), 1),
                new MemorySink<>(Report.class),
                new MemorySink<>(TrainedModel.class),
                new MemorySink<>(DeadLetter.class),
                Optional.of(
                    new Scoring(
                        new MemorySink<>(Score.class),
                        Optional.of(new Scoring.Alerts(6, new MemorySink<>(Score.class))))),
                Optional.of(
                    new Serving(
                        Topics.of(KafkaAddress.of("127.0.0.1:9")).promptsFrom(Map.of()),
                        new MemorySink<>(SessionPrediction.class),
                        1,
                        Duration.ofHours(1),
                        AnswerLimits.DEFAULT,
                        Optional.empty()))))
        .addTo(environment);
    return environment;
  }
}
