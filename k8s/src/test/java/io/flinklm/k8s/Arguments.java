package io.flinklm.k8s;

import java.util.List;

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
    String prefix = "--" + name + "=";
    return arguments.stream()
        .filter(argument -> argument.startsWith(prefix))
        .map(argument -> argument.substring(prefix.length()))
        .findFirst()
        .orElseThrow(() -> new RefusedManifest("no " + prefix + " in " + arguments));
  }
}
