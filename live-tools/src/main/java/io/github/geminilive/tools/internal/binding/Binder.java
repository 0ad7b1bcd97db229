package io.github.geminilive.tools.internal.binding;

import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.Slot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds JSON to slots. Lenient where nothing is lost, strict everywhere else:
 *
 * <ul>
 *   <li>Whole numbers: {@code 5}, {@code 5.0}, {@code 1e2}, and all these as text. Numbers: finite
 *       ones, also as text. White space around such a text is dropped, as around {@code "true"}.
 *   <li>Truth: {@code true} and {@code false}, also as text in any case; never 0 and 1.
 *   <li>Text: also a number or truth value, in its plain form.
 *   <li>Enums and texts of a fixed choice: the wire name, else the constant's name, else the one
 *       that differs in case only; never a position.
 *   <li>Lists, maps and objects: also as JSON text. A map is a list of entries or a plain object.
 *   <li>Dates and the like: strict ISO-8601; a point in time has any offset. Base64: either
 *       alphabet, with or without padding.
 *   <li>What can be any JSON value is read from JSON text, too; what is no JSON remains text.
 * </ul>
 *
 * <p>Unknown members are ignored. Null means: not given. Values are made afresh for each call, and
 * its lists and maps can be changed, those of defaults included. Nesting ends at {@value
 * Binding#MAX_DEPTH} levels, numbers at {@value Numbers#MAX_DIGITS} digits before or after the
 * point. Safe for any thread.
 */
public final class Binder {

  /** Most violations that are told of one call. */
  public static final int MOST = 20;

  private Binder() {}

  /**
   * Binds the arguments of a call.
   *
   * @param slots what they are bound to
   * @param arguments the JSON object; JSON null means no arguments
   * @return values or violations
   * @throws CreationException when the application's code failed to make an object, other than by
   *     refusing its values with an {@link IllegalArgumentException}, which is a violation
   */
  public static Bound bind(List<Slot> slots, Json arguments) {
    Binding binding = new Binding(false);
    Map<?, ?> given = binding.arguments(arguments);
    return new Bound(binding.slots(slots, given), binding.violations());
  }

  /**
   * Binds the arguments of a call to one object.
   *
   * @param type its properties are the arguments
   * @param arguments the JSON object; JSON null means no arguments
   * @return the object as the only value, or violations
   * @throws CreationException as {@link #bind} does
   */
  public static Bound bindObject(ObjectType type, Json arguments) {
    Binding binding = new Binding(false);
    Map<?, ?> given = binding.arguments(arguments);
    Object[] values = {binding.object(type, given)};
    return new Bound(values, binding.violations());
  }

  /**
   * Whether a slot's default would be taken if the model gave it. Objects are made of it, so at run
   * time the application's own code has its say; at compile time nothing is made, and it has not.
   *
   * @param slot with or without default
   * @return what is wrong with it; paths are those inside of the value
   */
  public static List<Violation> checkDefault(Slot slot) {
    @Nullable String text = slot.defaultValue();
    if (text == null) {
      return List.of();
    }
    Binding binding = new Binding(true);
    binding.value(slot.type(), slot.constraints(), text);
    return binding.violations();
  }
}
