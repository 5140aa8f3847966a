package io.flinklm.k8s;

import java.util.List;
import java.util.Optional;

/** Command lines as an overlay gives them, for those who know what they may be. */
final class Arguments {
  private Arguments() {}

  /** Of the job. */
  static List<String> ofJob(Overlay overlay) {
    return List.of(overlay.job().getJob().getArgs());
  }

  /** Of {@code flink-lm}, for the producer. */
  static List<String> ofProducer(Overlay overlay) {
    return overlay.producer().getSpec().getContainers().get(0).getArgs();
  }

  /** The value of {@code --name=value}. */
  static String value(List<String> arguments, String name) {
    return given(arguments, name)
        .orElseThrow(() -> new RefusedManifest("no --" + name + "= in " + arguments));
  }

  /** The value of {@code --name=value}, where it is given. */
  static Optional<String> given(List<String> arguments, String name) {
    String prefix = "--" + name + "=";
    return arguments.stream()
        .filter(argument -> argument.startsWith(prefix))
        .map(argument -> argument.substring(prefix.length()))
        .findFirst();
  }
}
