package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.kafka.Topics;
import io.flinklm.job.models.PublishedWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.job.predict.SessionPrediction;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.PromptRecord;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.wire.EventSerializer;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.Score;
import io.flinklm.train.Report;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The topology as Flink takes it: names for people, uids for checkpoints, types for the wire. */
class TopologyTest {
  private static final JobOptions OPTIONS = JobOptions.of(DeviceChoice.CPU, "nonfinite");
  private final StreamExecutionEnvironment environment = environment(Optional.empty());
  private final Map<String, StreamNode> byUid = byUid(environment);

  @Test
  void operatorsHaveTheNamesOfTheDesign() {
    assertThat(byUid.values())
        .extracting(StreamNode::getOperatorName)
        .containsExactlyInAnyOrder(
            "Source: text",
            "tokenize",
            "chunk",
            "train",
            "metrics: Writer",
            "models: Writer",
            "dead letters: Writer");
  }

  @Test
  void operatorsAreFoundByTheirUidsInOldCheckpoints() {
    assertThat(byUid)
        .containsOnlyKeys(
            "text", "tokenize", "chunk", "train", "metrics", "models", "dead-letters");
  }

  @Test
  void thereIsOneTrainerAndTheRestRunsAsWideAsItMay() {
    assertThat(parallelism("train")).isEqualTo(1);
    assertThat(parallelism("text")).isEqualTo(3);
    assertThat(parallelism("tokenize")).isEqualTo(3);
    assertThat(parallelism("chunk")).isEqualTo(3);
  }

  @Test
  void textGoesOneWay() {
    assertThat(into("tokenize")).containsExactly("text");
    assertThat(into("chunk")).containsExactly("tokenize");
    assertThat(into("train")).containsExactly("chunk");
    assertThat(into("metrics")).containsExactly("train");
    assertThat(into("models")).containsExactly("train");
    assertThat(into("dead-letters")).containsExactlyInAnyOrder("tokenize", "chunk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunk", "train"})
  void stateIsKeyedByLane(String uid) throws Exception {
    StreamNode node = byUid.get(uid);

    assertThat(node.getStatePartitioners()).hasSize(1);
    assertThat(node.getStateKeySerializer().createInstance()).isInstanceOf(Integer.class);
  }

  @Test
  void whatHasNoSerializerOfItsOwnFailsInsteadOfFallingBackToKryo() {
    SerializerConfig config = environment.getConfig().getSerializerConfig();

    assertThatThrownBy(() -> TypeInformation.of(Object.class).createSerializer(config))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Generic types have been disabled");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        TextRecord.class,
        DeadLetter.class,
        PromptRecord.class,
        SessionPrediction.class,
        TrainedModel.class,
        PublishedWeights.class,
        Report.Standing.class,
        Chunk.class,
        Refusal.class
      })
  void recordsTravelAsPojos(Class<?> type) {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text"})
  void soTheyDoBetweenTheOperatorsOfTheJob(String uid) {
    TypeSerializer<?> serializer = byUid.get(uid).getTypeSerializerOut();

    assertThat(serializer).isInstanceOf(PojoSerializer.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenize", "chunk", "train"})
  void whatTravelsMostOrIsOfSeveralKindsBringsItsSerializer(String uid) {
    TypeSerializer<?> serializer = byUid.get(uid).getTypeSerializerOut();

    assertThat(serializer).isInstanceOf(EventSerializer.class);
  }

  @Test
  void aJobThatServesHasThreeOperatorsMoreAndTheRestIsTheSame() throws Exception {
    Map<String, StreamNode> serving = byUid(environment(Optional.of(serving())));

    assertThat(serving.keySet()).containsAll(byUid.keySet()).hasSize(byUid.size() + 3);
    assertThat(serving.get("prompts").getOperatorName()).isEqualTo("Source: prompts");
    assertThat(serving.get("predict").getOperatorName()).isEqualTo("predict");
    assertThat(serving.get("predictions").getOperatorName()).isEqualTo("predictions: Writer");
    for (String uid : byUid.keySet()) {
      assertThat(serving.get(uid).getParallelism()).as(uid).isEqualTo(parallelism(uid));
    }
    for (String uid : List.of("prompts", "predict", "predictions")) {
      assertThat(serving.get(uid).getParallelism()).as(uid).isEqualTo(2);
    }
    assertThat(into(serving, "predict")).containsExactlyInAnyOrder("prompts", "train");
    assertThat(into(serving, "predictions")).containsExactly("predict");
    assertThat(into(serving, "dead-letters"))
        .containsExactlyInAnyOrder("tokenize", "chunk", "predict");
    assertThat(serving.get("predict").getStateKeySerializer().createInstance())
        .isInstanceOf(String.class);
    assertThat(serving.get("prompts").getBufferTimeout()).isZero();
  }

  @Test
  void recordsAreScoredByLaneOrByStreamAndWhatIsUnusualIsSentOnApart() throws Exception {
    Map<String, StreamNode> ofLanes = byUid(environment(OPTIONS, Optional.empty(), scoring()));
    StreamOptions streams = new StreamOptions(1, 1, 1, 1, StreamOptions.HEAP);
    Map<String, StreamNode> ofStreams =
        byUid(environment(OPTIONS.withStreams(Optional.of(streams)), Optional.empty(), scoring()));

    assertThat(ofLanes.keySet()).containsAll(byUid.keySet()).hasSize(byUid.size() + 3);
    assertThat(into(ofLanes, "score")).containsExactly("chunk", "train");
    assertThat(ofLanes.get("score").getStateKeySerializer().createInstance())
        .isInstanceOf(Integer.class);
    assertThat(into(ofLanes, "scores")).containsExactly("score");
    assertThat(into(ofLanes, "alerts")).containsExactly("score");
    assertThat(into(ofStreams, "score-streams")).containsExactly("chunk-streams", "train-streams");
    assertThat(ofStreams.get("score-streams").getStateKeySerializer().createInstance())
        .isInstanceOf(String.class);
    assertThat(into(ofStreams, "scores")).containsExactly("score-streams");
    assertThat(into(ofStreams, "alerts")).containsExactly("score-streams");
  }

  private static Optional<Scoring> scoring() {
    return Optional.of(
        new Scoring(
            new MemorySink<>(Score.class),
            Optional.of(new Scoring.Alerts(5, new MemorySink<>(Score.class)))));
  }

  private static Serving serving() {
    return new Serving(
        Topics.of(KafkaAddress.of("127.0.0.1:9")).promptsFrom(Map.of()),
        new MemorySink<>(SessionPrediction.class),
        2,
        Duration.ofHours(1),
        AnswerLimits.DEFAULT,
        Optional.empty());
  }

  private int parallelism(String uid) {
    return byUid.get(uid).getParallelism();
  }

  private Collection<String> into(String uid) {
    return into(byUid, uid);
  }

  private static Map<String, StreamNode> byUid(StreamExecutionEnvironment environment) {
    return environment.getStreamGraph(false).getStreamNodes().stream()
        .collect(Collectors.toMap(StreamNode::getTransformationUID, Function.identity()));
  }

  private static Collection<String> into(Map<String, StreamNode> byUid, String uid) {
    Map<Integer, String> uids =
        byUid.entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getValue().getId(), Map.Entry::getKey));
    return byUid.get(uid).getInEdges().stream().map(edge -> uids.get(edge.getSourceId())).toList();
  }

  private static StreamExecutionEnvironment environment(Optional<Serving> serving) {
    return environment(OPTIONS, serving, Optional.empty());
  }

  private static StreamExecutionEnvironment environment(
      JobOptions options, Optional<Serving> serving, Optional<Scoring> scoring) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(3);
    new TrainingJob(
            SmallText.of(0).config(),
            SmallText.VOCABULARY,
            Optional.empty(),
            options,
            new Endpoints(
                PartitionedText.of(List.of(), 1),
                new MemorySink<>(Report.class),
                new MemorySink<>(TrainedModel.class),
                new MemorySink<>(DeadLetter.class),
                scoring,
                serving))
        .addTo(environment);
    return environment;
  }
}
