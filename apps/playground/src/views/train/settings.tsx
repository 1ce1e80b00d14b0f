import { ValidationShare } from '../../data/shares.tsx';
import { Term } from '../../glossary/term.tsx';
import { RecipeFields } from '../build/recipe.tsx';
import { texts } from './messages.ts';

/** The numbers that training follows. A change is for the next network: what is trained keeps those it began with. */
export function Settings() {
  const t = texts();
  return (
    <section class="card stack-small" aria-label={t.settings}>
      <h2>{t.settings}</h2>
      <div class="recipe-fields">
        <RecipeFields />
        <ValidationShare />
      </div>
      <p class="small soft">
        {t.settingsNote} <Term name="hyperparameter">{t.hyperparameters}</Term>.
      </p>
    </section>
  );
}
