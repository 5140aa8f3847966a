package io.flinklm.bench.speed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.text.TokenizedText;
import io.flinklm.train.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * PyTorch's own loops that take turns in {@code bench}: one with as many threads as the engine has,
 * and others, since it differs from machine to machine and from size to size which is the fastest.
 *
 * @param options of the measurement
 * @param work directory of the file that they read the text from
 */
record PyTorchLoops(SpeedOptions options, Path work) {
  private static final String PASSIVE = "passive";
  private static final String ACTIVE = "active";

  /**
   * How a loop computes.
   *
   * @param threads of PyTorch
   * @param waitPolicy of OpenMP; one thread never waits
   * @param processes that train on their share of the lanes and average their gradients
   */
  private record Setting(int threads, String waitPolicy, int processes) {}

  /** Why there are none; empty if there are. */
  Optional<String> missing() throws Exception {
    if (!options.model().fit().kind().isLayered()) {
      return Optional.of(
          "it is there for "
              + Stream.of(ModelKind.values())
                  .filter(ModelKind::isLayered)
                  .map(ModelKind::label)
                  .collect(Collectors.joining(", ")));
    }
    return PyTorchLoop.python().isPresent() ? Optional.empty() : Optional.of(PyTorchLoop.MISSING);
  }

  /** Starts them, one after the other. */
  void start(BiConsumer<String, PyTorchLoop> started) throws Exception {
    String python = PyTorchLoop.python().orElseThrow();
    Path text = text();
    for (Map.Entry<String, Setting> of : settings().entrySet()) {
      Setting setting = of.getValue();
      started.accept(
          of.getKey(),
          PyTorchLoop.start(
              python, setting.threads, setting.waitPolicy, arguments(text, setting.processes)));
    }
  }

  private Map<String, Setting> settings() {
    int ofEngine = options.model().engineThreads();
    int most = options.pytorchThreads();
    Map<String, Setting> settings = new LinkedHashMap<>();
    settings.put(Contest.PYTORCH, new Setting(ofEngine, PASSIVE, 1));
    if (!options.onGpu()) {
      addOther(settings, "_1", new Setting(1, PASSIVE, 1));
      if (most > 1) {
        addOther(settings, "_" + most + "_passive", new Setting(most, PASSIVE, 1));
        addOther(settings, "_" + most + "_active", new Setting(most, ACTIVE, 1));
        if (options.model().laneCount() % most == 0) {
          addOther(settings, "_" + most + "_processes", new Setting(1, PASSIVE, most));
        }
      }
    }
    return settings;
  }

  private static void addOther(Map<String, Setting> settings, String suffix, Setting setting) {
    if (!settings.containsValue(setting)) {
      settings.put(Contest.PYTORCH + suffix, setting);
    }
  }

  private Path text() throws IOException {
    TokenizedText text = options.text();
    String ids =
        IntStream.range(0, text.size())
            .mapToObj(index -> String.valueOf(text.id(index)))
            .collect(Collectors.joining(" "));
    return Files.writeString(work.resolve("ids.txt"), ids);
  }

  private List<String> arguments(Path text, int processes) {
    ModelSettings model = options.model();
    NetConfig net = model.net(options.vocabulary());
    Fit fit = model.fit();
    return List.of(
        "--ids=" + text,
        "--vocabulary=" + options.vocabulary(),
        "--model=" + model.name(),
        "--hidden=" + model.hidden(),
        "--layers=" + model.layers(),
        "--lanes=" + model.laneCount(),
        "--bptt=" + model.bptt(),
        "--dropout=" + net.dropout(),
        "--dropout-embedding=" + net.awdDropout().embedding(),
        "--dropout-input=" + net.awdDropout().input(),
        "--dropout-weight=" + net.awdDropout().weight(),
        "--dropout-hidden=" + net.awdDropout().hidden(),
        "--tied=" + (LanguageModels.of(net).ties().isEmpty() ? 0 : 1),
        "--ar=" + fit.regularizer().alpha(),
        "--tar=" + fit.regularizer().beta(),
        "--decay=" + fit.weightDecay(),
        "--clip=" + fit.clip(),
        "--processes=" + processes,
        "--device=" + (options.onGpu() ? "cuda" : "cpu"));
  }
}
