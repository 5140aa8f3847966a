package io.flinklm.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flinklm.UserMistake;
import io.flinklm.train.SavedModel.Card;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration file of a {@link SavedModel}: its card as JSON. */
final class CardFile {
  private CardFile() {}

  static void write(Card card, Path file) throws IOException {
    Files.write(file, StrictJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(card));
  }

  /**
   * Reads a card.
   *
   * @throws UserMistake if the file is not JSON, has not the fields of a card, or names a model
   *     that there is not
   */
  static Card read(Path file) {
    try {
      byte[] json = Files.readAllBytes(file);
      Card card = StrictJson.MAPPER.treeToValue(StrictJson.object(json), Card.class);
      String model = card.net().model();
      if (!Fit.models().contains(model)) {
        String models = String.join(", ", Fit.models());
        throw new UserMistake(
            file + ": there is no model '" + model + "'; expected one of " + models);
      }
      return card;
    } catch (JsonProcessingException e) {
      throw new UserMistake(file + " does not describe a model: " + StrictJson.reason(e), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read " + file + ": " + e, e);
    }
  }
}
