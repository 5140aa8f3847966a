package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.KafkaClientOptions;
import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.options.StreamsOptions;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.option.CorpusOptions;
import io.flinklm.cli.option.OutputOptions;
import io.flinklm.cli.run.LocalRun;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.OwnMemory;
import io.flinklm.cli.run.PlainRun;
import io.flinklm.cli.run.PlainTraining;
import io.flinklm.cli.run.RunSettings;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.lane.Lanes;
import io.flinklm.local.process.FileClaim;
import io.flinklm.producer.StreamCorpus;
import io.flinklm.producer.StreamPublisher;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamLoop;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Fit;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code flink-lm run --streams}: the records of a file go to Kafka with their keys and times, and
 * then the job trains on them.
 *
 * @param options of the model
 * @param text of the corpus
 * @param output of the run
 * @param clients of Kafka
 * @param bootstrap address of Kafka; null for one in this process
 */
record RunStreams(
    ModelOptions options,
    CorpusOptions text,
    OutputOptions output,
    KafkaClientOptions clients,
    String bootstrap) {

  // Times may be of any age, or ahead.
  private static final Map<String, String> ANY_TIME =
      Map.of("retention.ms", "-1", "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));

  /** Starts a run and gives the exit code of the process. */
  int start(boolean plainLoop, OutDirectory out) throws Exception {
    StreamsOptions.requireFit(output.tuning());
    text.requireNoPasses();
    Fit fit = options.fit(options.tokenizer().kind());
    options.requireDevice();
    text.partitions();
    List<Path> files = text.files(out.path()).stream().map(Path::toAbsolutePath).toList();
    if (files.isEmpty()) {
      throw new UserMistake("--streams needs the file of its records: --corpus FILE.jsonl");
    }
    StreamCorpus corpus = StreamCorpus.read(files);
    Tokenizer tokenizer = corpus.learned(options.tokenizer().choice());
    RunSettings settings = settings(fit, corpus, files, tokenizer);
    OwnMemory.requireFor(
        plainLoop ? TrainingHeap.Work.LOOP : OwnMemory.stream(options.startsFromModel()),
        settings.model(),
        tokenizer);
    Optional<InitialModel> initial = options.initial(fit, tokenizer);
    if (plainLoop) {
      try (FileClaim claim = out.claim()) {
        return new PlainRun<>(
                settings,
                tokenizer,
                out,
                PlainTraining::onStreams,
                of -> train(of, settings, corpus, tokenizer))
            .run(output, initial);
      }
    }
    if (bootstrap != null) {
      clients.address(bootstrap).requireReachable();
    }
    try (FileClaim claim = out.claim()) {
      return start(settings, corpus, tokenizer, initial, out);
    }
  }

  private static void train(
      StreamBatchTraining training,
      RunSettings settings,
      StreamCorpus corpus,
      Tokenizer tokenizer) {
    ModelSettings model = settings.model();
    StreamLoop loop =
        new StreamLoop(
            tokenizer, model.windows(), settings.streams().rule(model.laneCount()), training);
    corpus.ofStreams().forEach(loop::accept);
    loop.finish();
  }

  private RunSettings settings(
      Fit fit, StreamCorpus corpus, List<Path> files, Tokenizer tokenizer) {
    ModelSettings model = options.settings(fit);
    StreamOptions streams = options.streams().orElseThrow();
    // How many steps streams make is known when they have been made: the learning rate is that of
    // a text without end.
    model.requireSchedule(0);
    StreamCorpus.Size size = corpus.size(tokenizer);
    return new RunSettings(
        model,
        0,
        0,
        files.stream().map(Path::toString).toList(),
        bootstrap,
        text.partitions(),
        true,
        size.tokens(),
        size.bytes(),
        Map.of(),
        null,
        List.of(),
        false,
        model.machine(),
        output.tuning().scores(),
        output.tuning().alerts().orElse(null),
        output.tuning().prequential(),
        Lineage.draw().name(),
        clients.topics().naming(),
        RecordFormat.PLAIN,
        tokenizer.name().label(),
        Lanes.VALID_SHARE,
        null,
        streams);
  }

  private int start(
      RunSettings settings,
      StreamCorpus corpus,
      Tokenizer tokenizer,
      Optional<InitialModel> initial,
      OutDirectory out)
      throws Exception {
    return new RunKafka(clients)
        .start(
            settings,
            ANY_TIME,
            initial,
            out,
            kafka -> {
              Map<Integer, Long> start = new TopicSetup(kafka).textEnd();
              Map<Integer, Long> end = new HashMap<>(start);
              corpus
                  .perPartition(start.size())
                  .forEach((of, count) -> end.merge(of, count, Long::sum));
              RunSettings placed = settings.placed(start, end);
              out.keep(placed, tokenizer);
              return publishAndTrain(placed, corpus, tokenizer, kafka, Optional.empty(), out);
            });
  }

  /** Goes on with a run and gives the exit code of the process. */
  int resume(RunSettings settings, OutDirectory out) throws Exception {
    StreamsOptions.requireFit(output.tuning());
    Tokenizer tokenizer = out.tokenizer(settings);
    OwnMemory.requireFor(OwnMemory.stream(out.startsFromModel()), settings.model(), tokenizer);
    StreamCorpus corpus = StreamCorpus.read(settings.corpusFiles());
    return new RunKafka(clients)
        .resume(
            settings,
            out,
            kafka -> {
              out.keep(settings);
              return publishAndTrain(
                  settings, corpus, tokenizer, kafka, out.newestCheckpoint(), out);
            });
  }

  private int publishAndTrain(
      RunSettings settings,
      StreamCorpus corpus,
      Tokenizer tokenizer,
      KafkaAddress kafka,
      Optional<Path> checkpoint,
      OutDirectory out)
      throws Exception {
    Map<Integer, Long> published = new TopicSetup(kafka).textEnd();
    settings.start().forEach((partition, offset) -> published.merge(partition, -offset, Long::sum));
    new StreamPublisher(kafka, kafka.named(TopicNames.TEXT))
        .publish(corpus, settings.start().size(), published);
    return new LocalRun(settings, tokenizer, kafka, out)
        .run(Optional.empty(), checkpoint, output, options.trainParallelism());
  }
}
