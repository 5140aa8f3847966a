package io.flinklm.cli.run;

import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flinklm.UserMistake;
import io.flinklm.application.NewestCheckpoint;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.job.models.Lineage;
import io.flinklm.json.Json;
import io.flinklm.lane.Lanes;
import io.flinklm.local.kafka.BrokerDirectory;
import io.flinklm.local.process.FileClaim;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerKind;
import io.flinklm.text.TokenizerName;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.TopicNaming;
import io.flinklm.train.Fitted;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory that a run writes to: its settings, Kafka's log, Flink's checkpoints, metrics, the
 * model and the picture.
 *
 * @param path of the directory
 */
public record OutDirectory(Path path) {
  private static final String SETTINGS = "run.json";
  // Of run.json, and not in that of a run of before machines were kept.
  private static final String MACHINE = "machine";
  private static final String SCORES = "scores";
  private static final String ALERTS = "alerts";
  private static final String BYTES = "bytes";
  private static final String PREQUENTIAL = "prequential";
  private static final String CODE_LENGTH = "code_length";
  private static final String STREAMS = "streams";
  private static final String LINEAGE = "lineage";
  private static final String TOPICS = "topics";
  // In its stead builds from before topics had names.
  private static final String TOPIC_PREFIX = "topic_prefix";
  private static final String FORMAT = "format";
  private static final String TOKENIZER = "tokenizer";
  private static final String VALID_SHARE = "valid_share";
  // Of the model in run.json, likewise.
  private static final String FITTED = "fitted";
  private static final String SHARDS = "shards";
  private static final String REPLICATION = "replication";
  private static final String HYPERPARAMETERS = "hyperparameters";
  private static final String METRICS = "metrics.jsonl";
  private static final String CURVES = "curves.png";
  private static final String LOG = "flinklm.log";
  private static final String CLAIM = "run.lock";
  private static final ObjectReader READER =
      Json.TOLERANT
          .readerFor(RunSettings.class)
          .with(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Makes the directory if it is not there.
   *
   * @throws UserMistake if it cannot be written
   */
  public static OutDirectory open(Path path) {
    OutDirectory out = new OutDirectory(writable(path));
    if (System.getProperty(LOG) == null) {
      System.setProperty(LOG, out.path.resolve("flink-lm.log").toString());
    }
    return out;
  }

  /**
   * Keeps the directory for this process alone, until it is closed.
   *
   * @throws UserMistake if another one writes to it
   */
  public FileClaim claim() {
    Path file = path.resolve(CLAIM);
    try {
      Optional<FileClaim> claim = FileClaim.of(file);
      if (claim.isEmpty()) {
        throw new UserMistake(
            FileClaim.processOf(file)
                + " is using --out "
                + path
                + "; end it first, or choose another directory");
      }
      return claim.get();
    } catch (IOException e) {
      throw new UserMistake(
          "cannot claim --out " + path + ": " + reason(e) + "; choose another directory", e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is a file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : null;
    return reason == null ? e.toString() : reason;
  }

  /** The file that the log of this process goes to; its name is read when the log is opened. */
  public static String logFile() {
    return System.getProperty(LOG, "the log");
  }

  /** Where Kafka's log is, if the run keeps it here. */
  public Path kafka() {
    return path.resolve("kafka");
  }

  /** Where Flink's checkpoints are. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Where the model is that the run starts from, if it does not start from drawn weights. */
  private Path initial() {
    return path.resolve("initial");
  }

  /** Whether the run starts from a model, which is kept here. */
  public boolean startsFromModel() {
    return Files.exists(initial());
  }

  /** The model that the run starts from; empty for drawn weights. */
  Optional<InitialModel> initialModel(ModelSettings model, Tokenizer tokenizer) {
    return startsFromModel()
        ? Optional.of(InitialModel.read(initial(), model, tokenizer))
        : Optional.empty();
  }

  /** The models of its checkpoints. */
  RunModels models() {
    return new RunModels(path);
  }

  /** The last report, if it is that of the run's end. */
  Optional<Report.RunEnd> end() throws IOException {
    return Files.exists(metrics())
        ? MetricsFile.last(metrics())
            .filter(Report.RunEnd.class::isInstance)
            .map(Report.RunEnd.class::cast)
        : Optional.empty();
  }

  /** Where steps are kept that gave NaN or infinity. */
  Path nonfinite() {
    return path.resolve("nonfinite");
  }

  Path metrics() {
    return path.resolve(METRICS);
  }

  Path curves() {
    return path.resolve(CURVES);
  }

  /** The tokenizer of the run that is here. */
  public Tokenizer tokenizer(RunSettings settings) {
    return TokenizerName.of(settings.tokenizer()).read(path);
  }

  /**
   * Begins a new run: what an earlier run left here is removed.
   *
   * @param kafkaHere whether the run keeps Kafka's log here; if not, a log that is here stays
   * @param start the model that the run starts from; empty for drawn weights
   * @throws UserMistake if Kafka's log, checkpoints or kept steps are here that no run of flink-lm
   *     left, or a broker is using the log
   */
  public void begin(boolean kafkaHere, Optional<InitialModel> start) {
    List<Path> directories =
        kafkaHere
            ? List.of(kafka(), checkpoints(), nonfinite(), models().directory())
            : List.of(checkpoints(), nonfinite(), models().directory());
    try {
      for (Path directory : directories) {
        if (Files.exists(directory) && !Files.exists(path.resolve(SETTINGS))) {
          throw new UserMistake(
              directory + " is there and not of a run of flink-lm; choose another --out");
        }
      }
      if (kafkaHere && Files.exists(kafka())) {
        BrokerDirectory.open(kafka()).close();
      }
      // Claims the directory: a run that is killed before it has settings can be begun again.
      Files.write(path.resolve(SETTINGS), new byte[0]);
      for (Path directory : directories) {
        delete(directory);
      }
      delete(initial());
      if (start.isPresent()) {
        start.get().write(initial());
      }
      for (String file : List.of(METRICS, CURVES, SavedModel.WEIGHTS, SavedModel.CONFIG)) {
        Files.deleteIfExists(path.resolve(file));
      }
    } catch (IOException e) {
      throw new UserMistake("cannot clear " + path + " for a new run: " + e, e);
    }
  }

  /** Keeps the settings of the run and its tokenizer. */
  public void keep(RunSettings settings, Tokenizer tokenizer) throws IOException {
    String own = tokenizer.kind().file();
    Files.write(path.resolve(own), tokenizer.toBytes());
    for (TokenizerKind kind : TokenizerKind.values()) {
      // Of a run before this one here.
      if (!kind.file().equals(own)) {
        Files.deleteIfExists(path.resolve(kind.file()));
      }
    }
    keep(settings);
  }

  /** Keeps the settings of the run, of which the vocabulary is here. */
  public void keep(RunSettings settings) throws IOException {
    Path aside = path.resolve(SETTINGS + ".new");
    Files.write(aside, Json.indented(settings));
    Files.move(aside, path.resolve(SETTINGS), StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The settings of the run that is here.
   *
   * @throws UserMistake if there is none to go on with
   */
  public RunSettings resumable() {
    Path file = path.resolve(SETTINGS);
    try {
      if (!Files.exists(file) || Files.size(file) == 0) {
        throw new UserMistake("there is no run to resume in " + path + ": no " + SETTINGS);
      }
      JsonNode tree = Json.TOLERANT.readTree(Files.readAllBytes(file));
      if (tree instanceof ObjectNode object) {
        // Runs of builds from before these were kept here: then --scores must be said again.
        object.putIfAbsent(MACHINE, NullNode.instance);
        object.putIfAbsent(SCORES, BooleanNode.FALSE);
        object.putIfAbsent(ALERTS, NullNode.instance);
        object.putIfAbsent(BYTES, LongNode.valueOf(RunSettings.UNKNOWN));
        object.putIfAbsent(PREQUENTIAL, BooleanNode.FALSE);
        object.putIfAbsent(CODE_LENGTH, NullNode.instance);
        object.putIfAbsent(STREAMS, NullNode.instance);
        JsonNode prefix = object.remove(TOPIC_PREFIX);
        object.putIfAbsent(
            TOPICS,
            Json.TOLERANT.valueToTree(TopicNaming.of(prefix == null ? "" : prefix.asText())));
        object.putIfAbsent(FORMAT, Json.TOLERANT.valueToTree(RecordFormat.PLAIN));
        object.putIfAbsent(TOKENIZER, TextNode.valueOf(TokenizerKind.WORDS.label()));
        object.putIfAbsent(VALID_SHARE, DoubleNode.valueOf(Lanes.VALID_SHARE));
        if (object.get("model") instanceof ObjectNode model) {
          model.putIfAbsent(HYPERPARAMETERS, Json.TOLERANT.valueToTree(Hyperparameters.OF_FIT));
          model.putIfAbsent(SHARDS, IntNode.valueOf(1));
          model.putIfAbsent(REPLICATION, Json.TOLERANT.valueToTree(Replication.NONE));
          model.putIfAbsent(FITTED, Json.TOLERANT.valueToTree(Fitted.ON_CHAPTER));
        }
        // Its job reports by the one that it is started with, whatever its checkpoint has.
        object.putIfAbsent(LINEAGE, TextNode.valueOf(Lineage.draw().name()));
      }
      RunSettings settings = READER.readValue(tree);
      if (settings.finished()) {
        throw new UserMistake("the run in " + path + " is finished; there is nothing to resume");
      }
      return settings;
    } catch (DatabindException e) {
      throw new UserMistake(
          file + " is not of this version of flink-lm: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a directory for results if it is not there, and gives its absolute path.
   *
   * @throws UserMistake if it cannot be written
   */
  public static Path writable(Path path) {
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, ".writable", null));
    } catch (IOException e) {
      throw new UserMistake(
          "cannot write to --out " + path + ": " + reason(e) + "; choose another directory", e);
    }
    return path.toAbsolutePath().normalize();
  }

  /** The newest complete checkpoint. */
  public Optional<Path> newestCheckpoint() throws IOException {
    return NewestCheckpoint.in(new org.apache.flink.core.fs.Path(checkpoints().toUri()))
        .map(checkpoint -> Path.of(checkpoint.toUri()));
  }

  /** How much room the disk of the checkpoints has, as a clause. */
  String room() {
    try {
      long mebibytes = Files.getFileStore(checkpoints()).getUsableSpace() >> 20;
      return "the disk of %s has %,d MiB of room".formatted(checkpoints(), mebibytes);
    } catch (IOException e) {
      return "the disk of " + checkpoints() + " does not say how much room it has: " + e;
    }
  }

  /** Deletes a directory with all that is in it, if it is there. */
  public static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
