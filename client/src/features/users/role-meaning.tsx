import type { Role } from '@opex/contracts/permissions';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { permissionWords } from '../../lib/permission-words.ts';
import { roleDescriptions } from './users.queries.ts';

/** What the role may do, as the server says it. */
export function RoleMeaning({ role }: { role: Role }) {
  const { data } = useQuery(roleDescriptions);
  const meaning = data?.data.find((one) => one.role === role);
  if (!meaning) return null;
  return (
    <div>
      <Typography>{meaning.description}.</Typography>
      <Typography variant="caption" color="textSecondary">
        {meaning.permissions.map(permissionWords).join(', ')}
      </Typography>
    </div>
  );
}
