import type { WebhookEvent } from '@opex/contracts/webhooks';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormLabel from '@mui/material/FormLabel';
import { eventWords, families, type Family } from './webhooks.words.ts';

type Props = { chosen: readonly WebhookEvent[]; onChange: (chosen: WebhookEvent[]) => void };

/** What a webhook is told of: whole subjects, or single actions of them. */
export function EventChoice({ chosen, onChange }: Props) {
  const choose = (events: readonly WebhookEvent[], isOn: boolean) => {
    const others = chosen.filter((event) => !events.includes(event));
    onChange(isOn ? [...others, ...events] : others);
  };
  return (
    <FormGroup role="group" aria-labelledby="webhook-events">
      <FormLabel id="webhook-events">It is told when a person or a program</FormLabel>
      {families.map((family) => (
        <FamilyChoice key={family.name} family={family} chosen={chosen} choose={choose} />
      ))}
    </FormGroup>
  );
}

type FamilyProps = {
  family: Family;
  chosen: readonly WebhookEvent[];
  choose: (events: readonly WebhookEvent[], isOn: boolean) => void;
};

function FamilyChoice({ family: { words, events }, chosen, choose }: FamilyProps) {
  const count = events.filter((event) => chosen.includes(event)).length;
  return (
    <Box role="group" aria-label={words} sx={{ marginBlockStart: 1 }}>
      <FormControlLabel
        control={
          <Checkbox
            checked={count === events.length}
            indeterminate={count > 0 && count < events.length}
            onChange={(_, isOn) => choose(events, isOn)}
          />
        }
        label={words}
        slotProps={{ typography: { sx: { fontWeight: 600 } } }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, paddingInlineStart: 7 }}>
        {events.map((event) => (
          <FormControlLabel
            key={event}
            control={<Checkbox checked={chosen.includes(event)} onChange={(_, isOn) => choose([event], isOn)} />}
            label={eventWords(event)}
          />
        ))}
      </Box>
    </Box>
  );
}
